import { describe, expect, it } from 'vitest';

import { Secret } from '../../model/secret.ts';
import { Sealer } from '../../storage/sealing/sealer.ts';
import { hasSecrets, maskEntry, needsSealing, openEntry, sealEntry } from './sealed-entry.ts';

const sealer = new Sealer([new Secret('a'.repeat(43))]);
const other = new Sealer([new Secret('b'.repeat(43)), new Secret('a'.repeat(43))]);

const entry = {
  app_id: 'anna',
  api_keys: [{ hash: `sha256:${'0'.repeat(64)}` }],
  system_prompt: 'You are sk-upstream.',
  backend: { type: 'openai', api_key: 'sk-upstream', extra_headers: { 'x-team': 'sk-header' } },
};

describe('the secrets of an entry', () => {
  it('are sealed where they stand, in whatever spelling, and nothing else is', () => {
    const sealed = sealEntry(entry, 'anna', sealer);
    expect(sealed).toMatchObject({
      system_prompt: 'You are sk-upstream.',
      api_keys: entry.api_keys,
      backend: {
        type: 'openai',
        api_key: expect.stringMatching(/^sealed:1:/),
        extra_headers: { 'x-team': expect.stringMatching(/^sealed:1:/) },
      },
    });
    expect(openEntry(sealed, 'anna', sealer)).toEqual(entry);
  });

  it('are not sealed a second time', () => {
    const sealed = sealEntry(entry, 'anna', sealer);
    expect(sealEntry(sealed, 'anna', sealer)).toEqual(sealed);
  });

  it('cannot be opened for another app, nor in another place of it', () => {
    const sealed = sealEntry(entry, 'anna', sealer) as unknown as typeof entry;
    expect(() => openEntry(sealed, 'bert', sealer)).toThrow(/changed or moved/);
    const moved = {
      ...sealed,
      backend: { ...sealed.backend, api_key: sealed.backend.extra_headers['x-team'] },
    };
    expect(() => openEntry(moved, 'anna', sealer)).toThrow(/changed or moved/);
  });

  it('are known to be out of date when another key seals, or when they are not sealed at all', () => {
    const sealed = sealEntry(entry, 'anna', sealer);
    expect(needsSealing(sealed, sealer)).toBe(false);
    expect(needsSealing(sealed, other)).toBe(true);
    expect(needsSealing(entry, sealer)).toBe(true);
    expect(needsSealing({ app_id: 'bert' }, sealer)).toBe(false);
  });

  it('are shown as stars', () => {
    expect(JSON.stringify(maskEntry(entry))).not.toMatch(/sk-header|"sk-upstream"/);
    expect(maskEntry(entry)).toMatchObject({ backend: { api_key: '***' } });
  });

  it('are missed where there are none', () => {
    expect(hasSecrets(entry)).toBe(true);
    expect(hasSecrets({ app_id: 'bert', backend: 'echo' })).toBe(false);
  });
});
