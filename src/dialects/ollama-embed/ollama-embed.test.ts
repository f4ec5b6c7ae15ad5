import { describe, expect, it } from 'vitest';
import type { Call, EmbeddingsCall } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { ollamaEmbed } from './ollama-embed.ts';

const newer = { route: '/api/embed', model: undefined, query: '' };
const older = { route: '/api/embeddings', model: undefined, query: '' };
const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };

function read(body: object, address = newer) {
  const warnings = new Warnings();
  const call = ollamaEmbed.readCall({ model: 'm', ...body } as JsonObject, { address, warnings });
  return { call: call as EmbeddingsCall, warnings: warnings.asHeader() };
}

describe('reading an embeddings request', () => {
  it('never streams', () => {
    expect(ollamaEmbed.readAsked({ model: 'm', input: 'x', stream: true }, newer)).toMatchObject({
      operation: 'embeddings',
      model: 'm',
      isStream: false,
    });
    expect(() => ollamaEmbed.readAsked({ input: { x: 1 } }, newer)).toThrow('"input" must be');
  });

  it.each([
    [{ input: 'a' }, newer, ['a']],
    [{ input: ['a', 'b'] }, newer, ['a', 'b']],
    [{ prompt: 'a' }, older, ['a']],
  ])('reads %j', (body, address, inputs) => {
    expect(read(body, address).call.inputs).toEqual(inputs);
  });

  it('reads what else is asked, and tells of what nobody knows', () => {
    const { call, warnings } = read({
      input: 'a',
      dimensions: 8,
      truncate: false,
      keep_alive: 0,
      options: {},
      odd: 1,
    });
    expect(call).toMatchObject({ dimensions: 8, truncates: false, extra: {} });
    expect(warnings).toBe('dropped;param=odd;reason=unknown_to_ollama');
  });

  it.each([
    [{}, newer, 'input'],
    [{ input: [1, 2] }, newer, 'input[0]'],
    [{ input: ['a', null] }, newer, 'input[1]'],
    [{ input: 'a', dimensions: 'x' }, newer, 'dimensions'],
    [{ input: 'a' }, older, 'prompt'],
    [{ prompt: 5 }, older, 'prompt'],
  ])('refuses %j', (body, address, param) => {
    expect(() => read(body, address)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) }),
    );
  });
});

describe('writing an embeddings request', () => {
  const plain: EmbeddingsCall = { kind: 'embeddings', model: 'm', inputs: ['a'], extra: {} };
  const write = (call: Call, isLenient = false) => {
    const warnings = new Warnings(isLenient);
    const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined };
    return { request: ollamaEmbed.writeRequest?.(call, writing), warnings: warnings.asHeader() };
  };

  it.each<[Partial<EmbeddingsCall>, object, string]>([
    [{}, { input: ['a'] }, ''],
    [{ dimensions: 8, truncates: false }, { input: ['a'], dimensions: 8, truncate: false }, ''],
    [
      { extra: { truncate: true, keep_alive: '5m', options: { num_ctx: 9 } } },
      { input: ['a'], truncate: true, keep_alive: '5m', options: { num_ctx: 9 } },
      '',
    ],
    [{ extra: { truncate: 'x', options: 'y', encoding_format: 'base64', odd: null } }, { input: ['a'] }, ''],
    [
      { purpose: 'search_query', title: 't', extra: { odd: 1 } },
      { input: ['a'] },
      'dropped;param=input_type;reason=unsupported_by_backend, dropped;param=title;reason=unsupported_by_backend, dropped;param=odd;reason=unsupported_by_backend',
    ],
  ])('writes %j', (changes, wanted, warnings) => {
    expect(write({ ...plain, ...changes })).toEqual({ request: { model: 'm', ...wanted }, warnings });
  });

  it('refuses tokens, even on a lenient route: nothing would be left to embed', () => {
    for (const isLenient of [false, true]) {
      expect(() => write({ ...plain, inputs: ['a', [1, 2]] }, isLenient)).toThrow(
        expect.objectContaining({
          code: 'unsupported_parameter',
          details: expect.objectContaining({ param: 'input[1]' }),
        }),
      );
    }
    expect(() => write({ kind: 'images', model: 'm', prompt: 'p', count: 1 })).toThrow('images');
  });
});

describe('the answer', () => {
  const answer = {
    model: 'm',
    embeddings: [
      [1, 0.5],
      [2, 3],
    ],
    load_duration: 2e8,
    prompt_eval_count: 4,
  };
  const events: CallEvent[] = [
    { type: 'answer-start', model: 'm' },
    { type: 'embedding', index: 0, vector: [1, 0.5] },
    { type: 'embedding', index: 1, vector: [2, 3] },
    { type: 'model-loaded', loadMs: 200 },
    { type: 'usage', usage: { inputTokens: 4, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];

  it('is read, in the form of either route', () => {
    expect(ollamaEmbed.eventsOfWhole(answer, reading)).toEqual(events);
    expect(ollamaEmbed.eventsOfWhole({ embedding: [1] }, reading)[1]).toEqual({
      type: 'embedding',
      index: 0,
      vector: [1],
    });
    expect(ollamaEmbed.hearWhole(answer)).toEqual({
      usage: { inputTokens: 4, outputTokens: 0 },
      loadMs: 200,
      error: undefined,
    });
  });

  it.each<[JsonValue, string]>([
    [{ error: 'no' }, 'no'],
    [{}, 'no list of embeddings'],
    [null, 'no list of embeddings'],
    [{ embeddings: [[1], 'x'] }, 'embeddings[1]'],
    [{ embeddings: [[null]] }, 'embeddings[0]'],
  ])('%j is an error', (body, words) => {
    expect(ollamaEmbed.eventsOfWhole(body, reading)).toMatchObject([
      { type: 'error', message: expect.stringContaining(words) },
    ]);
  });

  it('is written in the form of the route that was asked', () => {
    const write = (address: typeof newer) => {
      const warnings = new Warnings();
      const writer = ollamaEmbed.wholeWriter({
        requestId: 'r',
        model: 'mine',
        createdS: 1,
        elapsedMs: () => 7,
        withUsage: false,
        inputTokensEstimate: 1,
        request: {},
        address,
        warnings,
      });
      for (const event of events.toReversed()) writer.push(event);
      return writer.finish();
    };
    expect(write(newer)).toEqual({
      model: 'mine',
      embeddings: [
        [1, 0.5],
        [2, 3],
      ],
      total_duration: 7_000_000,
      load_duration: 200_000_000,
      prompt_eval_count: 4,
    });
    expect(write(older)).toEqual({ embedding: [1, 0.5] });
  });

  it('errs as Ollama errs', () => {
    expect(ollamaEmbed.writeError(new GatewayError('queue_full', 'Full.'))).toEqual({ error: 'Full.' });
  });
});

describe('passing through', () => {
  const edited = (text: string, model?: string) => {
    const bytes = Buffer.from(text);
    const body = JSON.parse(text) as JsonObject;
    const outline = outlineJson(bytes, { depthMax: 99, valuesMax: 9999 });
    const wishes = { forceStreamUsage: false, model, systemPrompt: 'never', warnings: new Warnings() };
    const asked = ollamaEmbed.readAsked(body, newer);
    return applyEdits(bytes, ollamaEmbed.planEdits(outline, body, asked, wishes)).toString();
  };

  it.each([
    ['{"input":["a"]}', undefined, '{"input":["a"]}'],
    ['{"model":"a","input":"x"}', 'b', '{"model":"b","input":"x"}'],
    ['{"prompt":"x"}', 'b', '{"model":"b","prompt":"x"}'],
  ])('%s changes in its model alone', (text, model, wanted) => {
    expect(edited(text, model)).toBe(wanted);
  });

  it('is no error by either route', () => {
    expect(ollamaEmbed.hearWhole({ embedding: [1] })).toEqual({ usage: undefined, error: undefined });
    expect(ollamaEmbed.hearWhole({ embeddings: [] }).error).toBeUndefined();
  });
});
