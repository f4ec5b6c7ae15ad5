import { expect, it } from 'vitest';
import type { Claim } from './allowance.ts';
import { toldStandings } from './told-standings.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const day = { startMs: Date.UTC(2026, 10, 20), endMs: Date.UTC(2026, 10, 21) };

const claim = (kind: Claim['kind'], changes: Partial<Claim> = {}): Claim => ({
  kind,
  window: day,
  limit: 100,
  amount: 10,
  perOutputToken: 0,
  isShadow: false,
  ...changes,
});

it('what is used and what is set aside is not left, and all is there again when the day is over', () => {
  expect(toldStandings([claim('output_tokens')], [{ used: 30, held: 25 }], NOON)).toEqual({
    outputTokens: { limit: 100, remaining: 45, resetMs: 43_200_000, atMs: NOON },
  });
});

it('of what nobody has touched all is there now', () => {
  expect(toldStandings([claim('input_tokens')], [{ used: 0, held: 0 }], NOON)).toMatchObject({
    inputTokens: { remaining: 100, resetMs: 0 },
  });
});

it('never is less than nothing left, nor a day over before it is asked about', () => {
  const late = day.endMs + 5;
  expect(toldStandings([claim('requests')], [{ used: 130, held: 1 }], late)).toMatchObject({
    requests: { limit: 100, remaining: 0, resetMs: 0 },
  });
});

it('money, requests at once and limits in shadow are not told', () => {
  const untold = [
    claim('cost'),
    claim('concurrency', { window: undefined }),
    claim('requests', { isShadow: true }),
  ];
  expect(
    toldStandings(
      untold,
      [
        { used: 1, held: 0 },
        { used: 1, held: 0 },
        { used: 1, held: 0 },
      ],
      NOON,
    ),
  ).toBe(undefined);
});

it('each of several claims is told with its own standing', () => {
  const claims = [claim('cost'), claim('input_tokens'), claim('output_tokens', { limit: 50 })];
  const standings = [
    { used: 1, held: 0 },
    { used: 2, held: 0 },
    { used: 0, held: 3 },
  ];
  expect(toldStandings(claims, standings, NOON)).toMatchObject({
    inputTokens: { limit: 100, remaining: 98 },
    outputTokens: { limit: 50, remaining: 47 },
  });
});
