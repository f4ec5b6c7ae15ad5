import { mkdirSync, writeFileSync } from 'node:fs';
import { schemaFiles } from '../src/config/schema/all-schemas.ts';

/** Writes `schemas/*.json` from the definitions in `src/config/schema`; a test checks that they are fresh. */
const folder = new URL('../schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of schemaFiles()) {
  writeFileSync(new URL(`${name}.json`, folder), text);
  console.log(`schemas/${name}.json  ${text.length} bytes`);
}
