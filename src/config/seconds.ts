/** The longest time a timer of Node can hold, in seconds; a longer one would fire at once. */
export const SECONDS_MAX = 2_147_483;

/** Whole milliseconds; a time that is given never becomes 0, which would mean "at once". */
export const toMs = (seconds: number): number => Math.max(Math.round(seconds * 1000), seconds > 0 ? 1 : 0);
