import { expect, it } from 'vitest';
import type { DatedStanding } from '../../model/rate-standing.ts';
import { anthropicRateHeaders } from './rate-headers.ts';

const at = Date.UTC(2026, 10, 20, 23, 59, 59, 1);

const standing = (remaining: number, limit: number, resetMs: number): DatedStanding => ({
  limit,
  remaining,
  resetMs,
  atMs: at,
});

it('requests are told with the time at which all are there again, in whole seconds', () => {
  expect(anthropicRateHeaders({ requests: standing(4, 5, 1) })).toEqual([
    'anthropic-ratelimit-requests-limit',
    '5',
    'anthropic-ratelimit-requests-remaining',
    '4',
    'anthropic-ratelimit-requests-reset',
    '2026-11-21T00:00:00Z',
  ]);
});

it('tokens are told by what is read, by what is written, and by the one that ends sooner', () => {
  const told = anthropicRateHeaders({
    inputTokens: standing(900, 1_000, 999),
    outputTokens: standing(50, 100, 999),
  });
  expect(told.filter((_word, at) => at % 6 === 1 || at % 6 === 3)).toEqual([
    '100',
    '50',
    '1000',
    '900',
    '100',
    '50',
  ]);
  expect(told.filter((_word, at) => at % 6 === 0)).toEqual([
    'anthropic-ratelimit-tokens-limit',
    'anthropic-ratelimit-input-tokens-limit',
    'anthropic-ratelimit-output-tokens-limit',
  ]);
  expect(told.at(-1)).toBe('2026-11-21T00:00:00Z');
});

it('nothing is told where nothing is limited', () => {
  expect(anthropicRateHeaders({})).toEqual([]);
});
