/**
 * A moment as people type it: a date or time in ISO 8601 (UTC unless it says otherwise), seconds or milliseconds
 * since the epoch, or how long ago (`90m`, `24h`, `7d`, `2w`). undefined = none of these. Pure.
 */
export function readMoment(text: string, nowMs: number): number | undefined {
  const ago = /^(\d+)([smhdw])$/.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * (unitsMs[ago[2] ?? ''] ?? 0);
  // Ten digits of seconds reach the year 2286; longer numbers can only be milliseconds.
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$/.test(text)) return undefined;
  return readIso(text);
}

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `+` in an unescaped query arrives as a space: `…T10:00:00 02:00` is a zone, not a mistake. */
function readIso(text: string): number | undefined {
  const isDate = text.length === 10;
  const joined = text.replace(/^(.{10}) /, '$1T').replace(/ (\d{2}:?\d{2})$/, '+$1');
  const hasZone = isDate || /(Z|[+-]\d{2}:?\d{2})$/i.test(joined.slice(11));
  const momentMs = Date.parse(hasZone ? joined : `${joined}Z`);
  return Number.isNaN(momentMs) ? undefined : momentMs;
}
