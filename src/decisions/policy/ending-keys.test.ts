import { describe, expect, it } from 'vitest';
import type { AppConfig, AppKey } from '../../config/config.ts';
import { describeEndingKey, endingKeys } from './ending-keys.ts';

const now = Date.UTC(2027, 0, 10);
const day = 86_400_000;

const app = (keys: AppKey[], active = true) => ({ appId: 'notes', active, keys }) as unknown as AppConfig;
const keyUntil = (expiresAtMs: number | undefined, name?: string): AppKey => ({
  hash: 'ab12',
  name,
  expiresAtMs,
});

describe('keys that end', () => {
  it('are those that have ended or will within a fortnight', () => {
    const keys = [
      keyUntil(now + 15 * day, 'later'),
      keyUntil(now + 14 * day, 'soon'),
      keyUntil(now, 'now'),
      keyUntil(undefined, 'never'),
    ];
    expect(endingKeys([app(keys)], now).map(({ key, hasEnded }) => [key, hasEnded])).toEqual([
      ['soon', false],
      ['now', true],
    ]);
    expect(endingKeys([app(keys, false)], now)).toEqual([]);
  });

  it('are told of by name or place, never by a piece of the key', () => {
    const told = endingKeys([app([keyUntil(now + day), keyUntil(now - day, 'old')])], now).map(
      describeEndingKey,
    );
    expect(told).toEqual([
      'the key "number 1 of 2" of the app "notes" ends at 2027-01-11T00:00:00.000Z; add another before',
      'the key "old" of the app "notes" has been refused since 2027-01-09T00:00:00.000Z; take it out',
    ]);
  });
});
