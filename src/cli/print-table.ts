import { stripVTControlCharacters } from 'node:util';

/** Rows as aligned columns, two spaces apart. Columns of numbers are pushed to the right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [headings, ...rows.map((row) => row.map(textOf))];
  const widths = headings.map((_heading, column) =>
    Math.max(...texts.map((row) => widthOf(row[column] ?? ''))),
  );
  const isNumeric = headings.map(
    (_heading, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return texts
    .map((row) => row.map((text, column) => pad(text, widths[column] ?? 0, isNumeric[column] === true)))
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

/** Names and values, one pair a line. */
export function formatFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join('\n');
}

export type Cell = string | number | null | undefined;

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 1 ? 6 : 2);
}

function pad(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRight ? blanks + text : text + blanks;
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
