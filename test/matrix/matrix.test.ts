/** Every client against every backend: what must be true of each cell, and that the page tells of this very gateway. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { matrixFile } from '../../tools/write-matrix.ts';
import type { Case } from './case.ts';
import { cases } from './cases.ts';
import { checkOf } from './expected.ts';
import { type Cell, runMatrix, type Table } from './run-matrix.ts';
import { toMarkdown } from './to-markdown.ts';

let tables: readonly Table[] = [];

beforeAll(async () => {
  tables = await runMatrix();
}, 120_000);

describe.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) => {
  it.each(one.fronts.map((front) => [front.name, front] as const))('is as it must be for %s', (_, front) => {
    expect(
      complaintsOf(
        one,
        cellsOf(name).filter((cell) => cell.front === front),
      ),
    ).toEqual([]);
  });

  it('is asked by more than nobody', () => {
    expect(cellsOf(name).some(({ told }) => told !== undefined)).toBe(true);
  });
});

describe('docs/dialects.md', () => {
  it('is fresh (else run: npm run matrix)', () => {
    expect(readFileSync(matrixFile, 'utf8')).toBe(toMarkdown(tables));
  });
});

function cellsOf(name: string): readonly Cell[] {
  return tables.find((table) => table.case.name === name)?.cells ?? [];
}

/** What is wrong, cell by cell, so that one run tells all of it. */
function complaintsOf(one: Case, cells: readonly Cell[]): string[] {
  const check = checkOf(one.name);
  return cells.flatMap((cell) => {
    const { told, back, form } = cell;
    if (told === undefined) return [];
    return [...new Set([...slipsOf(one, cell), ...check(told, cell)])].map(
      (complaint) => `${back}, ${form}: ${complaint}`,
    );
  });
}

/** A backend that leaves out the usage its own clients need is not mended where bytes pass through. */
function slipsOf({ name }: Case, { front, back, told }: Cell): readonly string[] {
  const passes = name === 'usage unknown' && front.name === back;
  return passes ? [] : (told?.slips ?? []);
}
