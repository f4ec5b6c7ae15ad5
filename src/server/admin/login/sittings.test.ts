import { expect, test } from 'vitest';

import { HandMovedClock } from '../../../model/clock.ts';
import { cookieOf, csrfTokenOf, idOf } from './sitting-proof.ts';
import { SITTING_MS, SITTINGS_MAX, Sittings } from './sittings.ts';

const HASH = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

function opened() {
  const clock = new HandMovedClock();
  const sittings = new Sittings(clock);
  return { clock, sittings, ...sittings.open(HASH) };
}

test('lasts a day and not a millisecond more', () => {
  const { clock, sittings, cookie, sitting } = opened();
  clock.advance(SITTING_MS - 1);
  expect(sittings.find(cookie, HASH)).toEqual(sitting);
  clock.advance(1);
  expect(sittings.find(cookie, HASH)).toBeUndefined();
});

test('is not made longer by a wall clock that is put back, nor by a machine that slept', () => {
  const { clock, sittings, cookie } = opened();
  clock.stepWall(-SITTING_MS);
  clock.advance(SITTING_MS);
  expect(sittings.find(cookie, HASH)).toBeUndefined();
  const other = opened();
  other.clock.stepWall(SITTING_MS);
  expect(other.sittings.find(other.cookie, HASH)).toBeUndefined();
});

test('ends at once, and for good', () => {
  const { sittings, cookie } = opened();
  expect(sittings.end(cookie)).toBe(true);
  expect(sittings.end(cookie)).toBe(false);
  expect(sittings.find(cookie, HASH)).toBeUndefined();
});

test('ends with the token that opened it, and does not come back with it', () => {
  const { sittings, cookie } = opened();
  expect(sittings.find(cookie, OTHER)).toBeUndefined();
  expect(sittings.find(cookie, undefined)).toBeUndefined();
  expect(sittings.find(cookie, HASH)).toBeDefined();
  expect(sittings.keepOnly(OTHER)).toBe(1);
  expect(sittings.find(cookie, HASH)).toBeUndefined();
});

test('has an id and a CSRF token of its own each time', () => {
  const { sittings, cookie, sitting } = opened();
  const second = sittings.open(HASH);
  expect(second.cookie).not.toBe(cookie);
  expect(second.sitting.csrfToken).not.toBe(sitting.csrfToken);
  expect(sittings.find(cookie, HASH)).toEqual(sitting);
});

test('opens nothing with a cookie that another process signed, or nobody, or that is broken', () => {
  const { sittings, cookie, sitting } = opened();
  const [id = '', signature = ''] = cookie.split('.');
  const foreign = new Sittings(new HandMovedClock()).open(HASH).cookie;
  const made = [foreign, '', '.', id, `${id}.`, `.${signature}`, `${id}.${signature}.`, `x${cookie}`];
  // The CSRF token is signed with the same key, and known to scripts.
  for (const wrong of [...made, `${id}.${sitting.csrfToken}`]) {
    expect(sittings.find(wrong, HASH), wrong).toBeUndefined();
    expect(sittings.end(wrong), wrong).toBe(false);
  }
  expect(sittings.find(cookie, HASH)).toEqual(sitting);
});

test('makes room by its age, and those that are over go first', () => {
  const { clock, sittings, cookie } = opened();
  clock.advance(1_000);
  const second = sittings.open(HASH).cookie;
  while (sittings.size < SITTINGS_MAX) sittings.open(HASH);
  sittings.open(HASH);
  expect(sittings.size).toBe(SITTINGS_MAX);
  expect(sittings.find(cookie, HASH)).toBeUndefined();
  expect(sittings.find(second, HASH)).toBeDefined();
  clock.advance(SITTING_MS);
  sittings.open(HASH);
  expect(sittings.size).toBe(1);
});

test('its two proofs are different, and follow from id and key', () => {
  const key = Buffer.alloc(32, 7);
  expect(idOf(cookieOf('id', key), key)).toBe('id');
  expect(idOf(cookieOf('id', key), Buffer.alloc(32, 8))).toBeUndefined();
  expect(cookieOf('id', key)).not.toContain(csrfTokenOf('id', key));
});
