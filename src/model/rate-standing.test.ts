import { expect, it } from 'vitest';
import {
  type DatedStanding,
  rateHeaders,
  spokenDuration,
  tighterOf,
  tokenStanding,
} from './rate-standing.ts';

it.each([
  [0, '0s'],
  [1, '1ms'],
  [119.2, '120ms'],
  [1_000, '1s'],
  [8_640, '8.64s'],
  [59_999, '59.999s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [72_500, '1m12.5s'],
  [3_600_000, '1h0m0s'],
  [86_399_001, '23h59m59.001s'],
])('%d ms is spoken as %s', (durationMs, spoken) => {
  expect(spokenDuration(durationMs)).toBe(spoken);
});

const standing = (remaining: number, limit: number, resetMs = 1_000): DatedStanding => ({
  limit,
  remaining,
  resetMs,
  atMs: 0,
});

it('a standing is told in three headers', () => {
  expect(rateHeaders({ requests: standing(59, 60) })).toEqual([
    'x-ratelimit-limit-requests',
    '60',
    'x-ratelimit-remaining-requests',
    '59',
    'x-ratelimit-reset-requests',
    '1s',
  ]);
});

it('tokens are told beside requests, or without them, and nothing where nothing is limited', () => {
  const tokens = [
    'x-ratelimit-limit-tokens',
    '1000',
    'x-ratelimit-remaining-tokens',
    '250',
    'x-ratelimit-reset-tokens',
    '1s',
  ];
  expect(rateHeaders({ outputTokens: standing(250, 1_000) })).toEqual(tokens);
  const both = rateHeaders({ requests: standing(59, 60), inputTokens: standing(250, 1_000) });
  expect(both.slice(6)).toEqual(tokens);
  expect(rateHeaders({})).toEqual([]);
});

it('of tokens read and written those are told of which the smaller share is left', () => {
  const told = (inputTokens: DatedStanding, outputTokens: DatedStanding) =>
    tokenStanding({ inputTokens, outputTokens })?.limit;
  expect(told(standing(200_000, 2_000_000), standing(100_000, 200_000))).toBe(2_000_000);
  expect(told(standing(200_000, 2_000_000), standing(10_000, 200_000))).toBe(200_000);
  expect(told(standing(50, 100), standing(100, 200))).toBe(100);
  expect(told(standing(50, 100), standing(0, 0))).toBe(0);
});

it('of two limits of requests the one is told that refuses sooner, and at last the one that takes longer to fill', () => {
  const [one, other] = [standing(3, 5, 9_000), standing(2, 1_000, 60)];
  expect([tighterOf(one, other), tighterOf(other, one)]).toEqual([other, other]);
  const [minute, day] = [standing(0, 5, 60_000), standing(0, 10, 86_400_000)];
  expect([tighterOf(minute, day), tighterOf(day, minute)]).toEqual([day, day]);
  expect(tighterOf(undefined, one)).toBe(one);
});
