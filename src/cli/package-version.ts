import { readFileSync } from 'node:fs';

/** The version of this package; the same relative path from `src/cli` and from `dist/cli`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
