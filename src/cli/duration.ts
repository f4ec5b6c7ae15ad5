/** Durations as people say and type them. Pure. */

const units: readonly (readonly [letter: string, seconds: number])[] = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** `30d`, `12h`, `90m`, `45s`, `2w`, or plain seconds; undefined = none of these. */
export function readDurationS(text: string): number | undefined {
  const [, amount, letter = 's'] = /^(\d+(?:\.\d+)?)([wdhms])?$/.exec(text) ?? [];
  const seconds = units.find(([unit]) => unit === letter)?.[1];
  return amount === undefined || seconds === undefined ? undefined : Number(amount) * seconds;
}

/** The two largest units that are not zero: 93784 → `1d 2h`. */
export function formatDurationS(durationS: number): string {
  let rest = Math.max(0, Math.round(durationS));
  const parts: string[] = [];
  for (const [letter, seconds] of units.slice(1)) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (amount > 0) parts.push(`${amount}${letter}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

export function formatDurationMs(durationMs: number): string {
  return durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)}s` : formatDurationS(durationMs / 1000);
}
