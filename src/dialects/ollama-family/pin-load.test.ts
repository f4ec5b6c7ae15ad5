import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { LoadPins } from '../dialect.ts';
import { ollamaChat } from '../ollama-chat/ollama-chat.ts';
import { ollamaEmbed } from '../ollama-embed/ollama-embed.ts';
import { ollamaGenerate } from '../ollama-generate/ollama-generate.ts';
import { pinLoad } from './pin-load.ts';

type Policy = LoadPins['policy'];

function pin(policy: Policy, pinned: JsonObject, options?: JsonObject, keepAlive?: string | number) {
  const warnings = new Warnings();
  const load = pinLoad({ options, keepAlive }, { options: pinned, policy }, warnings);
  return { ...load, header: warnings.asHeader() };
}

const changed = (param: string) => `changed;param=${param};reason=pinned_by_operator`;
const dropped = (param: string) => `dropped;param=${param};reason=pinned_by_operator`;

describe('what a client asks of the machine', () => {
  it('is filled in where it asks for nothing, without a word', () => {
    for (const policy of ['pin', 'max', 'pass'] as const) {
      expect(pin(policy, { num_ctx: 8192, keep_alive: '1h' })).toEqual({
        options: { num_ctx: 8192 },
        keepAlive: '1h',
        header: '',
      });
    }
  });

  it('counts for nothing when it is pinned, and the client is told', () => {
    const asked = { num_ctx: 4096, num_gpu: 20, temperature: 0.5 };
    expect(pin('pin', { num_ctx: 8192 }, asked, 0)).toEqual({
      options: { num_ctx: 8192, temperature: 0.5 },
      keepAlive: undefined,
      header: `${changed('options.num_ctx')}, ${dropped('options.num_gpu')}, ${dropped('keep_alive')}`,
    });
  });

  it('needs no word when it is what was pinned', () => {
    const same = pin('pin', { num_ctx: 8192, keep_alive: -1 }, { num_ctx: 8192 }, -1);
    expect(same).toEqual({ options: { num_ctx: 8192 }, keepAlive: -1, header: '' });
  });

  it('may be less, but not more, under max', () => {
    expect(pin('max', { num_ctx: 8192 }, { num_ctx: 2048 })).toMatchObject({
      options: { num_ctx: 2048 },
      header: '',
    });
    expect(pin('max', { num_ctx: 8192 }, { num_ctx: 99_999, use_mmap: true })).toMatchObject({
      options: { num_ctx: 8192 },
      header: `${changed('options.num_ctx')}, ${dropped('options.use_mmap')}`,
    });
  });

  it('counts for more than ours when it is let pass', () => {
    expect(pin('pass', { num_ctx: 8192, num_gpu: 9 }, { num_ctx: 2048 }, '5m')).toEqual({
      options: { num_ctx: 2048, num_gpu: 9 },
      keepAlive: '5m',
      header: '',
    });
  });
});

describe.each([ollamaChat, ollamaGenerate, ollamaEmbed])('the bytes of a client of $name', (dialect) => {
  function edited(body: JsonObject, pins: LoadPins | undefined) {
    const bytes = Buffer.from(JSON.stringify(body));
    const warnings = new Warnings();
    const edits = dialect.planEdits(
      outlineJson(bytes, { depthMax: 9, valuesMax: 999 }),
      body,
      dialect.readAsked(body, { route: dialect.routes[0] ?? '', model: undefined, query: '' }),
      { forceStreamUsage: false, pins, warnings },
    );
    return { text: applyEdits(bytes, edits).toString(), edits, header: warnings.asHeader() };
  }

  const body = { model: 'm', input: 'a', prompt: 'a', messages: [] };

  it('stay as they are where nothing is pinned, or just that is asked for', () => {
    const asked = { ...body, options: { num_ctx: 8192 }, keep_alive: '1h' };
    expect(edited({ ...body, options: { num_gpu: 1 } }, undefined).edits).toEqual([]);
    const pins = { options: { num_ctx: 8192, keep_alive: '1h' }, policy: 'pin' } as const;
    expect(edited(asked, pins)).toMatchObject({ edits: [], header: '' });
  });

  it('get what is pinned, and nothing else changes', () => {
    const pins = { options: { num_ctx: 8192 }, policy: 'pin' } as const;
    expect(JSON.parse(edited(body, pins).text)).toEqual({ ...body, options: { num_ctx: 8192 } });
    const asked = { ...body, options: { seed: 1, num_ctx: 1 }, keep_alive: 0 };
    const { text, header } = edited(asked, pins);
    expect(JSON.parse(text)).toEqual({ ...body, options: { num_ctx: 8192, seed: 1 }, keep_alive: null });
    expect(header).toBe(`${changed('options.num_ctx')}, ${dropped('keep_alive')}`);
  });
});
