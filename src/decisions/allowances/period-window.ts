import type { CostPeriod } from '../../config/config.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A stretch of time from `startMs` up to but not including `endMs`, wall time. */
export interface PeriodWindow {
  readonly startMs: number;
  readonly endMs: number;
}

const forEver: PeriodWindow = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };

/**
 * The period in which `nowMs` lies, by the calendar of `timezone` (an IANA name; throws RangeError on others).
 * Every moment lies in exactly one window, whatever daylight saving does:
 *
 * - day, week (from Monday) and month begin at the first moment of a local date, which is not always 00:00;
 * - hours are counted from the beginning of the local day, so they follow zones off by half an hour;
 * - minutes are the same everywhere.
 */
export function periodWindow(period: CostPeriod, timezone: string, nowMs: number): PeriodWindow {
  switch (period) {
    case 'total':
      return forEver;
    case 'minute':
      return minuteWindow(nowMs);
    case 'hour':
      return hourWindow(periodWindow('day', timezone, nowMs), nowMs);
    case 'day':
    case 'week':
    case 'month':
      return dateWindow(period, timezone, nowMs);
  }
}

function minuteWindow(nowMs: number): PeriodWindow {
  const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return { startMs, endMs: startMs + MINUTE_MS };
}

/** The last hour of a day may be a short one, where daylight saving moves by half an hour (Lord Howe). */
function hourWindow(day: PeriodWindow, nowMs: number): PeriodWindow {
  const startMs = day.startMs + Math.floor((nowMs - day.startMs) / HOUR_MS) * HOUR_MS;
  return { startMs, endMs: Math.min(startMs + HOUR_MS, day.endMs) };
}

function dateWindow(period: 'day' | 'week' | 'month', timezone: string, nowMs: number): PeriodWindow {
  const today = Math.floor(localTime(timezone, nowMs) / DAY_MS) * DAY_MS;
  const [first, next] = localDates(period, today);
  return { startMs: startOfDate(timezone, first), endMs: startOfDate(timezone, next) };
}

/** First date of the period and of the next one; a date is written as its midnight, as if in UTC. */
function localDates(period: 'day' | 'week' | 'month', today: number): [number, number] {
  const date = new Date(today);
  if (period === 'month') {
    return [0, 1].map((add) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + add)) as [number, number];
  }
  if (period === 'day') return [today, today + DAY_MS];
  const monday = today - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return [monday, monday + 7 * DAY_MS];
}

/**
 * The moment at which a local date begins. Where clocks change within a day of its midnight there are two guesses,
 * and the truth is between them: midnight may happen twice, or not at all.
 */
function startOfDate(timezone: string, midnight: number): number {
  const before = midnight - offsetAt(timezone, midnight - DAY_MS);
  const after = midnight - offsetAt(timezone, midnight + DAY_MS);
  if (before === after) return before;
  let tooEarly = Math.min(before, after) - 1;
  let lateEnough = Math.max(before, after);
  while (lateEnough - tooEarly > 1) {
    const middle = Math.floor((tooEarly + lateEnough) / 2);
    if (localTime(timezone, middle) < midnight) tooEarly = middle;
    else lateEnough = middle;
  }
  return lateEnough;
}

function offsetAt(timezone: string, ms: number): number {
  return localTime(timezone, ms) - ms;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of `timezone` shows at `ms`, written as if it were UTC. */
function localTime(timezone: string, ms: number): number {
  if (timezone === 'UTC') return ms;
  const shown: Record<string, number> = {};
  for (const part of formatFor(timezone).formatToParts(ms)) shown[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (ms - Math.floor(ms / 1000) * 1000);
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timezone, format);
  }
  return format;
}
