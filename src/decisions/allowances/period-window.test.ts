import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodWindow } from './period-window.ts';

const periods = ['minute', 'hour', 'day', 'week', 'month'] as const;
const zones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
  // Where midnight itself is skipped or happens twice.
  ...['America/Santiago', 'America/Havana', 'Africa/Cairo', 'Asia/Beirut', 'Pacific/Apia', 'Pacific/Chatham'],
];

const moment = fc.integer({ min: Date.UTC(2011, 0), max: Date.UTC(2036, 0) });
/** Within a day of a change of clocks, more often than chance would have it. */
const aroundChange = fc
  .record({ year: fc.integer({ min: 2011, max: 2035 }), month: fc.constantFrom(2, 3, 8, 9, 10), day: moment })
  .map(({ year, month, day }) => Date.UTC(year, month, 1) + (day % (31 * 86_400_000)));

describe('a period', () => {
  it('contains its moment, agrees with itself everywhere inside, and meets the next', () => {
    const check = (period: (typeof periods)[number], zone: string, now: number) => {
      const window = periodWindow(period, zone, now);
      expect(window.startMs).toBeLessThanOrEqual(now);
      expect(window.endMs).toBeGreaterThan(now);
      expect(periodWindow(period, zone, window.startMs)).toEqual(window);
      expect(periodWindow(period, zone, window.endMs - 1)).toEqual(window);
      expect(periodWindow(period, zone, window.endMs).startMs).toBe(window.endMs);
    };
    const some = [
      fc.constantFrom(...periods),
      fc.constantFrom(...zones),
      fc.oneof(moment, aroundChange),
    ] as const;
    fc.assert(fc.property(...some, check), { numRuns: 2_000 });
  });

  const at = (text: string) => Date.parse(text);
  const span = (period: (typeof periods)[number], zone: string, now: string) => {
    const { startMs, endMs } = periodWindow(period, zone, at(now));
    return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
  };

  it.each([
    ['minute', 'UTC', '2026-11-20T10:20:30.400Z', '2026-11-20T10:20:00.000Z', '2026-11-20T10:21:00.000Z'],
    ['hour', 'UTC', '2026-11-20T10:20:30Z', '2026-11-20T10:00:00.000Z', '2026-11-20T11:00:00.000Z'],
    ['hour', 'Asia/Kolkata', '2026-11-20T10:20:30Z', '2026-11-20T09:30:00.000Z', '2026-11-20T10:30:00.000Z'],
    ['day', 'UTC', '2026-11-20T10:20:30Z', '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z'],
    ['week', 'UTC', '2026-11-22T23:59:59Z', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['month', 'UTC', '2026-12-31T23:59:59Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    // Month's end in a zone is not month's end in UTC.
    [
      'month',
      'America/New_York',
      '2026-12-01T03:00:00Z',
      '2026-11-01T04:00:00.000Z',
      '2026-12-01T05:00:00.000Z',
    ],
    // A day of 23 hours, one of 25, and one that has no midnight.
    ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    [
      'day',
      'America/Santiago',
      '2024-09-08T12:00:00Z',
      '2024-09-08T04:00:00.000Z',
      '2024-09-09T03:00:00.000Z',
    ],
    // Samoa had no 30 December 2011.
    ['day', 'Pacific/Apia', '2011-12-30T09:00:00Z', '2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
  ] as const)('%s in %s around %s', (period, zone, now, start, end) => {
    expect(span(period, zone, now)).toEqual([start, end]);
  });

  it('may be for ever', () => {
    expect(periodWindow('total', 'UTC', at('2026-11-20'))).toEqual({
      startMs: 0,
      endMs: Number.MAX_SAFE_INTEGER,
    });
  });
});
