import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runMatrix } from '../test/matrix/run-matrix.ts';
import { toMarkdown } from '../test/matrix/to-markdown.ts';

/** Writes `docs/dialects.md`: what each client sees of each backend, as a run of the built gateway tells it. */
export const matrixFile = fileURLToPath(new URL('../docs/dialects.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = toMarkdown(await runMatrix());
  writeFileSync(matrixFile, page);
  console.log(page);
}
