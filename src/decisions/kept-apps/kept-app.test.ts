import { describe, expect, it } from 'vitest';

import { faultOfBounds } from './entry-bounds.ts';
import { readKeptApp, storedEntry } from './kept-app.ts';

const row = (entry: unknown, more: object = {}) => ({
  ...{ app_id: 'anna', entry, revision: 3, created_at: 1_000, updated_at: 2_000 },
  ...more,
});

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('a row of an app', () => {
  it('is read, also with numbers as PostgreSQL gives them', () => {
    const entry = { app_id: 'anna', name: 'Anna' };
    const more = { revision: '3', created_at: '1000', updated_at: '2000' };
    expect(readKeptApp(row(JSON.stringify(entry), more))).toEqual({
      ...{ appId: 'anna', entry, revision: 3, createdAtMs: 1_000, updatedAtMs: 2_000 },
    });
  });

  it.each([
    ['', 'nothing'],
    ['{"app_id":"an', 'half of it'],
    ['[{"app_id":"anna"}]', 'a list'],
    ['null', 'null'],
    ['"anna"', 'a text'],
    [nested(50_000), 'far too deep'],
  ])('that is none is kept as it is (%#)', (text, _what) => {
    const app = readKeptApp(row(text));
    expect(app).toMatchObject({ appId: 'anna', entry: {}, unreadable: text, revision: 3 });
    expect(storedEntry(app)).toBe(text);
  });

  it('has a time that can be shown, whatever stands there', () => {
    for (const time of ['soon', null, '9223372036854775807', Number.NaN]) {
      expect(readKeptApp(row('{}', { created_at: time })).createdAtMs).toBe(0);
    }
  });
});

describe('the bounds of an entry', () => {
  it('leave room for whatever an app may say', () => {
    expect(faultOfBounds({ app_id: 'anna', system_prompt: 'x'.repeat(1_000_000) })).toBeUndefined();
    expect(faultOfBounds(JSON.parse(nested(32)))).toBeUndefined();
  });

  it('keep out what nobody could read again', () => {
    expect(faultOfBounds(JSON.parse(nested(50_000)))).toContain('deeper than 32');
    expect(faultOfBounds({ system_prompt: 'x'.repeat(1024 * 1024) })).toContain('larger than 1 MiB');
  });
});
