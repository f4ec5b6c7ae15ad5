import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFeatures } from './check-features.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const markdown = readFileSync(new URL('../docs/features.md', import.meta.url), 'utf8');

/** The real list with one row written differently. */
function withRow(id: string, row: string): string[] {
  return checkFeatures(markdown.replace(new RegExp(`^\\| ${id} \\|.*$`, 'm'), row), root);
}

describe('docs/features.md', () => {
  it('has every row of every predecessor, and what is done is there and tested', () => {
    expect(checkFeatures(markdown, root)).toEqual([]);
  });

  it.each([
    ['a row that is missing', '', ['002-7: is missing']],
    [
      'a row that is there twice',
      '| 002-8 | x | not yet | | |',
      ['002-7: is missing', '002-8: is there twice'],
    ],
    [
      'a row of nobody',
      '| 002-99 | x | not yet | | |',
      ['002-7: is missing', '002-99: no predecessor has this row'],
    ],
    ['a state of its own', '| 002-7 | x | nearly | | |', ['002-7: "nearly" is neither "done" nor "not yet"']],
    [
      'a boast',
      '| 002-7 | x | done | | |',
      ['002-7: is done, but no file says where', '002-7: is done, but no test shows it'],
    ],
    [
      'files that are not there',
      '| 002-7 | x | done | `src/no.ts` | tools/no.test.ts |',
      ['002-7: there is no src/no.ts', '002-7: there is no tools/no.test.ts'],
    ],
    [
      'a test that is none',
      '| 002-7 | x | done | tools/check-features.ts | tools/check-features.ts |',
      ['002-7: tools/check-features.ts is no test file'],
    ],
    [
      'a test nobody wrote',
      '| 002-7 | x | done | tools/check-features.ts | tools/check-floors.test.ts › a clean house passes; tools/check-floors.test.ts › pigs fly |',
      ['002-7: tools/check-floors.test.ts has no test called "pigs fly"'],
    ],
  ])('is refused with %s', (_what, row, complaints) => {
    expect(withRow('002-7', row)).toEqual(complaints);
  });

  it('may name several files and tests', () => {
    const row =
      '| 002-7 | x | done | `src/model/clock.ts`; docs/features.md | `tools/features.test.ts › is refused with` |';
    expect(withRow('002-7', row)).toEqual([]);
  });
});
