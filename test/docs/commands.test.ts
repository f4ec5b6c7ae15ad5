/** Commands and flags that pages show are known to the command line. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageOf, pages, root } from './pages.ts';

const main = join(root, 'dist/cli/main.js');
const help = (...words: readonly string[]) =>
  execFileSync(process.execPath, [main, ...words, '--help'], { encoding: 'utf8', env: { NO_COLOR: '1' } });
const known = [...help().matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name]) => name ?? '');

/** `sluice reload`, but not "Sluice is running", `sluice.db` or `sluice-admin.sock`. */
function commandsIn(text: string): string[] {
  const shown = text.matchAll(/(?:`|^|\$ |npx )sluice ((?:--?[\w-]+(?: [\w./-]+)? )?)([a-z]+)/gm);
  return [...shown].map(([, , name]) => name ?? '');
}

describe('the command line', () => {
  it('has the commands the pages show', () => {
    const strange = pages.flatMap((page) =>
      commandsIn(page.text)
        .filter((name) => !known.includes(name))
        .map((name) => `${page.path}: sluice ${name}`),
    );
    expect(strange).toEqual([]);
  });

  it('is told of in docs/cli.md, every command of it', () => {
    const told = commandsIn(pageOf('docs/cli.md').text);
    expect(known.filter((name) => name !== 'help' && !told.includes(name))).toEqual([]);
  });

  it.each(known.filter((name) => name !== 'help'))('%s: its flags are all in docs/cli.md', (name) => {
    const text = help(...(name === 'config' ? ['config', 'print'] : [name]));
    const flags = [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag ?? '');
    expect(flags.filter((flag) => !pageOf('docs/cli.md').text.includes(flag))).toEqual([]);
  });
});
