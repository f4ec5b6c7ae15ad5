import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FORGOTTEN_AFTER_MS, NETWORKS_MAX, WRONG_MAX, WrongLogins } from './wrong-logins.ts';

function guess(logins: WrongLogins, address: string, nowMs: number, times = 1): void {
  for (let time = 0; time < times; time++) logins.count(address, nowMs);
}

test('five wrong tokens in a row are looked at; then one a minute', () => {
  const logins = new WrongLogins();
  guess(logins, '192.0.2.1', 0, WRONG_MAX - 1);
  expect(logins.waitMs('192.0.2.1', 0)).toBe(0);
  guess(logins, '192.0.2.1', 0);
  expect(logins.waitMs('192.0.2.1', 0)).toBe(FORGOTTEN_AFTER_MS);
  expect(logins.waitMs('192.0.2.1', FORGOTTEN_AFTER_MS)).toBe(0);
  guess(logins, '192.0.2.1', FORGOTTEN_AFTER_MS);
  expect(logins.waitMs('192.0.2.1', FORGOTTEN_AFTER_MS)).toBe(FORGOTTEN_AFTER_MS);
});

test('who has half a network of IPv6 is one guesser, and his neighbours are others', () => {
  const logins = new WrongLogins();
  for (let host = 1; host <= WRONG_MAX; host++) guess(logins, `2001:db8::${host}`, 0);
  expect(logins.waitMs('2001:db8::ffff', 0)).toBeGreaterThan(0);
  expect(logins.waitMs('2001:db8:0:1::1', 0)).toBe(0);
});

test('the right token makes up for the wrong ones', () => {
  const logins = new WrongLogins();
  guess(logins, '192.0.2.1', 0, WRONG_MAX);
  logins.forget('192.0.2.1');
  expect(logins.waitMs('192.0.2.1', 0)).toBe(0);
  expect(logins.size).toBe(0);
});

test('whoever has others guess for him from thousands of addresses gets no guess back', () => {
  const logins = new WrongLogins();
  guess(logins, '192.0.2.1', 0, WRONG_MAX);
  for (let host = 0; host < NETWORKS_MAX + 500; host++) {
    guess(logins, `10.1.${host >> 8}.${host & 255}`, 0);
  }
  expect(logins.size).toBe(NETWORKS_MAX);
  expect(logins.waitMs('192.0.2.1', 0)).toBe(FORGOTTEN_AFTER_MS);
  guess(logins, '10.2.0.1', FORGOTTEN_AFTER_MS);
  expect(logins.size).toBeLessThan(10);
});

test('in any time no address has more guesses than five and one a minute, and nobody waits for another', () => {
  const step = fc.record({
    address: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    afterMs: fc.integer({ min: 0, max: 90_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const logins = new WrongLogins();
      const lookedAt = new Map<string, number[]>();
      let nowMs = 0;
      for (const { address, afterMs } of steps) {
        nowMs += afterMs;
        const moments = lookedAt.get(address) ?? [];
        const mayTry = logins.waitMs(address, nowMs) === 0;
        // A guesser who has been quiet long enough is let in again, and never later than he was told.
        const recent = moments.filter((moment) => moment > nowMs - WRONG_MAX * FORGOTTEN_AFTER_MS);
        if (recent.length === 0) expect(mayTry).toBe(true);
        if (!mayTry) expect(logins.waitMs(address, nowMs)).toBeLessThanOrEqual(FORGOTTEN_AFTER_MS);
        if (!mayTry) continue;
        logins.count(address, nowMs);
        moments.push(nowMs);
        lookedAt.set(address, moments);
      }
      for (const moments of lookedAt.values()) expectFewGuesses(moments);
    }),
  );
});

function expectFewGuesses(moments: readonly number[]): void {
  for (const [from, firstMs] of moments.entries()) {
    for (const [to, lastMs] of moments.entries()) {
      if (to < from) continue;
      const most = WRONG_MAX + Math.floor((lastMs - firstMs) / FORGOTTEN_AFTER_MS);
      expect(to - from + 1).toBeLessThanOrEqual(most);
    }
  }
}
