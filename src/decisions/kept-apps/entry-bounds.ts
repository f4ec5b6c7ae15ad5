/** More than any app of a file has. Whoever walks through an entry need not fear for the stack. */
const DEPTH_MAX = 32;

/** All apps are in memory, and all are read at every change. */
const BYTES_MAX = 1024 * 1024;

/** Why an entry is not stored, whatever it says; undefined: it may be. */
export function faultOfBounds(entry: unknown): string | undefined {
  if (!isFlatEnough(entry))
    return `is nested deeper than ${DEPTH_MAX} levels; no member of an app needs that`;
  if (Buffer.byteLength(JSON.stringify(entry)) > BYTES_MAX)
    return 'is larger than 1 MiB as JSON; take members away, or keys that have ended';
  return undefined;
}

/** Is nothing in it nested deeper than an app may be? */
export function isFlatEnough(value: unknown, levels = DEPTH_MAX): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isFlatEnough(item, levels - 1));
}
