/** As much of a report's line as decides which lines belong together. */
interface Line {
  readonly currency: string | undefined;
  readonly costMicro: number;
}

/**
 * Refused, free and unpriced requests have no currency, and would stand in a second line beside what the same app
 * has paid for. They are added to that line where there is exactly one; nobody can say whose they are among two.
 */
export function mergeCostless<Row extends Line>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  sumOf: (row: Row, more: Row) => Row,
): Row[] {
  return [...linesByName(rows, nameOf).values()].flatMap((lines) => {
    const costless = lines.find(isCostless);
    const [paid, another] = lines.filter((line) => line !== costless);
    if (costless === undefined || paid === undefined || another !== undefined) return lines;
    return [sumOf(paid, costless)];
  });
}

function linesByName<Row extends Line>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Map<string, Row[]> {
  const lines = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const others = lines.get(name);
    if (others === undefined) lines.set(name, [row]);
    else others.push(row);
  }
  return lines;
}

function isCostless(row: Line): boolean {
  return row.currency === undefined && row.costMicro === 0;
}
