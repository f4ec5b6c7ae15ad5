/**
 * The names most like `wanted`, best first: for "did you mean …?". A name counts as like it when at most a
 * third of it (and at least two letters) would have to change, or when one contains the other.
 */
export function nearestNames(wanted: string, known: Iterable<string>, most = 3): string[] {
  const lower = wanted.toLowerCase();
  const scored: { name: string; distance: number }[] = [];
  for (const name of new Set(known)) {
    const distance = distanceTo(lower, name.toLowerCase());
    if (distance !== undefined) scored.push({ name, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Longer names are cut for comparing: the work grows with the product of the lengths. */
const COMPARED_MAX = 64;

function distanceTo(wanted: string, name: string): number | undefined {
  const allowed = Math.max(2, Math.floor(Math.max(wanted.length, name.length) / 3));
  const distance = editDistance(wanted.slice(0, COMPARED_MAX), name.slice(0, COMPARED_MAX));
  if (distance <= allowed) return distance;
  const isContained = wanted.length >= 3 && (name.includes(wanted) || wanted.includes(name));
  return isContained ? allowed + 1 : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
