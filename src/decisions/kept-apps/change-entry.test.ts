import { describe, expect, it } from 'vitest';

import { hashOfKey } from '../../config/key-hash.ts';
import {
  keyIdOf,
  keysOf,
  mergePatch,
  withEndOfKeys,
  withHashedKeys,
  withKey,
  withoutKey,
} from './change-entry.ts';

describe('a merge patch', () => {
  /** RFC 7396, appendix A, as far as an entry is always an object. */
  const cases: readonly [entry: object, patch: object, merged: object][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];

  it.each(cases)('of %j by %j is %j', (entry, patch, merged) => {
    expect(mergePatch(entry as never, patch as never)).toEqual(merged);
  });

  it('leaves what it was given as it was, and inherits nothing', () => {
    const entry = { a: { b: 1 } };
    expect(mergePatch(entry, { a: { c: 2 }, toString: { d: 1 } })).toEqual({
      a: { b: 1, c: 2 },
      toString: { d: 1 },
    });
    expect(entry).toEqual({ a: { b: 1 } });
  });
});

describe('keys', () => {
  const nowMs = Date.UTC(2026, 10, 28);
  const at = (ms: number) => new Date(ms).toISOString();
  const key = (letter: string, expires?: number) => ({
    hash: `sha256:${letter.repeat(64)}`,
    ...(expires === undefined ? {} : { expires_at: at(expires) }),
  });

  it('are stored as hashes, however they come', () => {
    const { api_keys } = withHashedKeys({
      api_keys: ['sk-1', `sha256:${'a'.repeat(64)}`, { key: 'sk-2', name: 'n' }],
    });
    expect(api_keys).toEqual([
      { hash: `sha256:${hashOfKey('sk-1')}` },
      { hash: `sha256:${'a'.repeat(64)}` },
      { hash: `sha256:${hashOfKey('sk-2')}`, name: 'n' },
    ]);
  });

  it('leave what is no key for others to complain of', () => {
    expect(withHashedKeys({ api_keys: [7, { key: 'x', hash: 'y' }] })).toEqual({
      api_keys: [7, { key: 'x', hash: 'y' }],
    });
    expect(withHashedKeys({ api_keys: 'sk' })).toEqual({ api_keys: 'sk' });
  });

  it('end together, but never later than they would have', () => {
    const entry = { api_keys: [key('a'), key('b', nowMs + 1_000), key('c', nowMs - 1)] };
    const ending = withEndOfKeys(entry, nowMs + 5_000, nowMs);
    expect(keysOf(ending)).toEqual([key('a', nowMs + 5_000), key('b', nowMs + 1_000)]);
    expect(keysOf(withEndOfKeys(entry, nowMs, nowMs))).toEqual([]);
  });

  it('are added at the end and taken away by their id', () => {
    const entry = withKey({ api_keys: [key('a')] }, key('b'));
    expect(keysOf(entry).map(keyIdOf)).toEqual(['a'.repeat(12), 'b'.repeat(12)]);
    expect(keysOf(withoutKey(entry, 'a'.repeat(12)) ?? {})).toEqual([key('b')]);
    expect(withoutKey(entry, 'cc')).toBeUndefined();
  });
});
