import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Removes from `dist` what no source stands behind any more: the compiler never does, and the catalogue would go on
 * offering a provider whose file is gone. Run after each build.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

for (const built of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
  const source = built.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
  if (source === built || existsSync(join(root, 'src', source))) continue;
  rmSync(join(root, 'dist', built));
  console.log(`removed dist/${built}`);
}
