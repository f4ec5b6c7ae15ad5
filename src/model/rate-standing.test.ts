import { expect, it } from 'vitest';
import { rateHeaders, spokenDuration } from './rate-standing.ts';

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

it('a standing is told in three headers', () => {
  expect(rateHeaders({ limit: 60, remaining: 59, resetMs: 1_000 })).toEqual([
    'x-ratelimit-limit-requests',
    '60',
    'x-ratelimit-remaining-requests',
    '59',
    'x-ratelimit-reset-requests',
    '1s',
  ]);
});
