/** A time as Ollama writes it: RFC 3339 with nine digits of a second. */
export function writeTime(epochS: number): string {
  const ms = Number.isFinite(epochS) && Math.abs(epochS) < 8.64e12 ? epochS * 1000 : 0;
  return new Date(ms).toISOString().replace('Z', '000000Z');
}

/** Seconds since the epoch, or undefined if it is no time. */
export function readTime(text: string | undefined): number | undefined {
  // Nine digits are three too many for some parsers: the seconds are enough.
  const ms = text === undefined ? Number.NaN : Date.parse(text.replace(/\.\d+/, ''));
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : undefined;
}
