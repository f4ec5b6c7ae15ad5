import { expect, test } from 'vitest';

import { readMoment } from './moment.ts';

const now = Date.UTC(2026, 10, 20, 12);

test.each([
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  ['2026-11-20T14:00:00Z', Date.UTC(2026, 10, 20, 14)],
  ['2026-11-20T14:00', Date.UTC(2026, 10, 20, 14)],
  ['2026-11-20 14:00:00', Date.UTC(2026, 10, 20, 14)],
  ['2026-11-20T14:00:00+02:00', Date.UTC(2026, 10, 20, 12)],
  ['2026-11-20T14:00:00 02:00', Date.UTC(2026, 10, 20, 12)],
  ['1795176000', 1_795_176_000_000],
  ['1795176000000', 1_795_176_000_000],
  ['24h', now - 86_400_000],
  ['7d', now - 7 * 86_400_000],
  ['yesterday', undefined],
  ['2026-13-45', undefined],
  ['', undefined],
  ['5', undefined],
])('%s', (text, expected) => {
  expect(readMoment(text, now)).toBe(expected);
});
