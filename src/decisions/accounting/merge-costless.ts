import { addTally, type Tally } from './tally.ts';

/** As much of a report's line as decides which lines belong together. */
interface Line extends Readonly<Tally> {
  readonly name: string | undefined;
  readonly currency: string | undefined;
  readonly errors: number;
}

/**
 * Refused, free and unpriced requests have no currency, and would stand in a second line beside what the same app
 * has paid for. They are added to that line where there is exactly one; nobody can say whose they are among two.
 */
export function mergeCostless<Row extends Line>(rows: readonly Row[]): Row[] {
  return [...linesByName(rows).values()].flatMap((lines) => {
    const costless = lines.find(isCostless);
    const [paid, another] = lines.filter((line) => line !== costless);
    if (costless === undefined || paid === undefined || another !== undefined) return lines;
    return [sumOf(paid, costless)];
  });
}

function linesByName<Row extends Line>(rows: readonly Row[]): Map<string | undefined, Row[]> {
  const lines = new Map<string | undefined, Row[]>();
  for (const row of rows) lines.set(row.name, [...(lines.get(row.name) ?? []), row]);
  return lines;
}

function isCostless(row: Line): boolean {
  return row.currency === undefined && row.costMicro === 0;
}

function sumOf<Row extends Line>(row: Row, costless: Row): Row {
  const sum = { ...row };
  addTally(sum, costless);
  return { ...sum, errors: row.errors + costless.errors };
}
