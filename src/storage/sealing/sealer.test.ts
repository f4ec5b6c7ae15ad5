import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Secret } from '../../model/secret.ts';
import { Sealer } from './sealer.ts';
import { SealingFailure } from './sealing-failure.ts';

const masterKey = (letter: string) => new Secret(letter.repeat(43));
const sealer = new Sealer([masterKey('a')]);
const place = 'anna backend.api_key';

function troubleOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof SealingFailure ? thrown.trouble : String(thrown);
  }
  return undefined;
}

describe('a sealed secret', () => {
  it('is what it was when it is opened, and shows nothing of it before', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), (text) => {
        const sealed = sealer.seal(new Secret(text), place);
        expect(sealed).toMatch(/^sealed:1:[0-9a-f]{8}:[\w-]{16}:[\w-]+$/);
        expect(Buffer.from(sealed).includes(text)).toBe(false);
        expect(sealer.open(sealed, place).reveal()).toBe(text);
      }),
    );
  });

  it('is another each time', () => {
    const secret = new Secret('sk-upstream-key');
    expect(sealer.seal(secret, place)).not.toBe(sealer.seal(secret, place));
  });

  it('cannot be opened in another place', () => {
    const sealed = sealer.seal(new Secret('sk-upstream-key'), place);
    expect(troubleOf(() => sealer.open(sealed, 'bert backend.api_key'))).toBe('damaged');
  });

  it('cannot be opened when any of its characters was changed', () => {
    const sealed = sealer.seal(new Secret('sk-upstream-key'), place);
    for (let at = 'sealed:1:'.length; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      // The last character of base64url may hold bits that mean nothing.
      if (decoded(changed) === decoded(sealed)) continue;
      expect(
        troubleOf(() => sealer.open(changed, place)),
        changed,
      ).toBeDefined();
    }
  });

  it('cannot be opened without its master key, whose id it tells', () => {
    const sealed = sealer.seal(new Secret('sk-upstream-key'), place);
    const stranger = new Sealer([masterKey('b')]);
    expect(troubleOf(() => stranger.open(sealed, place))).toBe('no-key');
    expect(() => stranger.open(sealed, place)).toThrow(idOf(sealed));
  });

  it('is opened by a key that no longer seals, and can be told from one that is current', () => {
    const sealed = sealer.seal(new Secret('sk-upstream-key'), place);
    const rotated = new Sealer([masterKey('b'), masterKey('a')]);
    expect(rotated.open(sealed, place).reveal()).toBe('sk-upstream-key');
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.seal(new Secret('x'), place))).toBe(true);
  });
});

it('takes no master key that is too short to be one', () => {
  expect(troubleOf(() => new Sealer([new Secret('correct horse')]))).toBe('no-key');
});

it('seals nothing without a master key', () => {
  expect(troubleOf(() => new Sealer([]).seal(new Secret('x'), place))).toBe('no-key');
});

const idOf = (sealed: string): string => sealed.split(':')[2] ?? '';
const decoded = (sealed: string): string => {
  const [, , id, nonce = '', body = ''] = sealed.split(':');
  return [id, ...[nonce, body].map((part) => Buffer.from(part, 'base64url').toString('hex'))].join(':');
};
