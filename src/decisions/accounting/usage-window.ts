const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * A stretch of time cut where sums can be used: rows up to `hoursFromMs`, hours up to `daysFromMs`, days up to
 * `daysToMs`, hours up to `hoursToMs`, and rows to the end. Each piece may be empty.
 */
export interface UsageWindow {
  readonly sinceMs: number;
  readonly hoursFromMs: number;
  readonly daysFromMs: number;
  readonly daysToMs: number;
  readonly hoursToMs: number;
  readonly untilMs: number;
}

export interface WindowWishes {
  /** Before this hour there are no rows any more, so a stretch that begins or ends there does so with an hour. */
  readonly rowsDeletedBeforeMs: number;
  /** The sums of days cannot be told apart by the hour. */
  readonly byHour: boolean;
}

export function usageWindow(sinceMs: number, untilMs: number, wishes: WindowWishes): UsageWindow {
  const { rowsDeletedBeforeMs, byHour } = wishes;
  const since = sinceMs < rowsDeletedBeforeMs ? floorTo(HOUR_MS, sinceMs) : sinceMs;
  const until = untilMs < rowsDeletedBeforeMs ? ceilTo(HOUR_MS, untilMs) : untilMs;
  const bounds = { sinceMs: since, untilMs: until };
  const [hoursFromMs, hoursToMs] = inside(HOUR_MS, since, until);
  const [daysFromMs, daysToMs] = byHour ? [hoursToMs, hoursToMs] : inside(DAY_MS, hoursFromMs, hoursToMs);
  return { ...bounds, hoursFromMs, daysFromMs, daysToMs, hoursToMs };
}

/** As statements take them, in the order of time. */
export function momentsOf(window: UsageWindow): number[] {
  const { sinceMs, hoursFromMs, daysFromMs, daysToMs, hoursToMs, untilMs } = window;
  return [sinceMs, hoursFromMs, daysFromMs, daysToMs, hoursToMs, untilMs];
}

/** The whole units within a stretch; where there is none, both ends are the end of the stretch. */
function inside(unitMs: number, fromMs: number, toMs: number): [number, number] {
  const first = ceilTo(unitMs, fromMs);
  const last = floorTo(unitMs, toMs);
  return first < last ? [first, last] : [toMs, toMs];
}

export function floorTo(unitMs: number, ms: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}

function ceilTo(unitMs: number, ms: number): number {
  return Math.ceil(ms / unitMs) * unitMs;
}
