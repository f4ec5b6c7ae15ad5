import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { decodeVector, encodeVector } from './encoding-format.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';

const address = { route: '/v1/embeddings', model: undefined, query: '' };
const answerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };

function read(body: JsonObject, model?: string) {
  return openAiEmbeddings.readCall(body, { address: { ...address, model }, warnings: new Warnings() });
}

function refusal(param: string) {
  return expect.objectContaining({
    code: 'invalid_request',
    details: expect.objectContaining({ param }),
  });
}

function write(vectors: readonly (readonly number[])[], request: JsonObject = {}): JsonObject {
  const writer = openAiEmbeddings.wholeWriter({
    requestId: 'r',
    model: 'house-model',
    createdS: 0,
    withUsage: true,
    request,
    address,
    elapsedMs: () => 0,
    inputTokensEstimate: 0,
    warnings: new Warnings(),
  });
  const events: CallEvent[] = [
    { type: 'answer-start', model: 'backend-model' },
    // In any order: backends that embed in parallel answer as they finish.
    ...vectors.map((vector, index): CallEvent => ({ type: 'embedding', index, vector })).reverse(),
    { type: 'usage', usage: { inputTokens: 12, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
  for (const event of events) writer.push(event);
  return writer.finish();
}

describe('an embeddings request', () => {
  it('is asked without a stream', () => {
    expect(openAiEmbeddings.readAsked({ model: 'm', input: ['a'], stream: true }, address)).toMatchObject({
      operation: 'embeddings',
      model: 'm',
      isStream: false,
      choices: 1,
    });
    expect(openAiEmbeddings.streamListener).toBeUndefined();
    expect(openAiEmbeddings.frameWriter).toBeUndefined();
  });

  it.each([
    ['text', ['text']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2, 3], [[1, 2, 3]]],
    [
      [[1], [2, 3]],
      [[1], [2, 3]],
    ],
  ])('%j is read as %j', (input, inputs) => {
    const call = read({ model: 'm', input, dimensions: 3 });
    expect(call).toEqual({ kind: 'embeddings', model: 'm', inputs, dimensions: 3, extra: {} });
  });

  it.each([
    [{}, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: ['a', 5] }, 'input[1]'],
    [{ input: [[]] }, 'input[0]'],
    [{ input: [1, -2] }, 'input[0]'],
    [{ input: [[1.5]] }, 'input[0]'],
    [{ input: 'a', encoding_format: 'hex' }, 'encoding_format'],
    [{ input: 'a', dimensions: 0 }, 'dimensions'],
  ])('%j is refused because of %s', (body, param) => {
    expect(() => read(body)).toThrow(refusal(param));
  });

  it('changes only its model on the way through, whatever else is wished', () => {
    const json = '{"input":"a", "model":"x"}';
    const bytes = Buffer.from(json);
    const body = JSON.parse(json) as JsonObject;
    const outline = outlineJson(bytes, { depthMax: 10, valuesMax: 100 });
    const plan = (wishes: { model?: string }) =>
      openAiEmbeddings.planEdits(outline, body, openAiEmbeddings.readAsked(body, address), {
        forceStreamUsage: true,
        warnings: new Warnings(),
        systemPrompt: 'P',
        ...wishes,
      });
    expect(plan({})).toEqual([]);
    expect(applyEdits(bytes, plan({ model: 'y' })).toString()).toBe('{"input":"a", "model":"y"}');
  });
});

describe('the wishes of an embeddings request', () => {
  it.each([
    [{ input_type: 'search_query' }, { purpose: 'search_query' }],
    [{ input_type: 'passage' }, { purpose: 'search_document' }],
    [{ input_type: 'query' }, { purpose: 'search_query' }],
    [
      { input_type: 'classification', title: 'T' },
      { purpose: 'classification', title: 'T' },
    ],
    [{ truncate: 'END' }, { truncates: true }],
    [{ truncate: 'NONE' }, { truncates: false }],
    [{ truncation: true }, { truncates: true }],
    [{ user: 'u', encoding_format: 'float', store: true, stream: false }, {}],
    [{ input_type: 'constructor', odd: 1, gone: null }, { extra: { input_type: 'constructor', odd: 1 } }],
  ])('%j are read as %j', (wishes, wanted) => {
    expect(read({ model: 'm', input: 'a', ...wishes })).toEqual({
      kind: 'embeddings',
      model: 'm',
      inputs: ['a'],
      extra: {},
      ...wanted,
    });
  });

  it('name the model in the address, where that has a place for it (Azure)', () => {
    expect(read({ input: 'a', model: 'body' }, 'place')).toMatchObject({ model: 'place' });
    const json = '{"input":"a","model":"body"}';
    const outline = outlineJson(Buffer.from(json), { depthMax: 10, valuesMax: 100 });
    const body = JSON.parse(json) as JsonObject;
    const asked = openAiEmbeddings.readAsked(body, { ...address, model: 'place' });
    const edits = openAiEmbeddings.planEdits(outline, body, asked, {
      forceStreamUsage: false,
      warnings: new Warnings(),
    });
    expect(applyEdits(Buffer.from(json), edits).toString()).toBe('{"input":"a","model":"place"}');
  });
});

describe('an embeddings request for a backend', () => {
  function write(changes: object) {
    const warnings = new Warnings();
    const call = { kind: 'embeddings', model: 'm', inputs: ['a'], extra: {}, ...changes } as const;
    const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined };
    return {
      body: openAiEmbeddings.writeRequest?.(call, writing),
      warned: warnings.list.map(({ param }) => param),
    };
  }

  it('asks for numbers, which every server gives', () => {
    expect(write({ inputs: ['a', [1, 2]], dimensions: 3 })).toEqual({
      body: { model: 'm', input: ['a', [1, 2]], dimensions: 3, encoding_format: 'float' },
      warned: [],
    });
  });

  it('tells what it cannot pass on', () => {
    const wishes = { purpose: 'search_query', title: 'T', truncates: false, extra: { odd: 1 } };
    expect(write(wishes)).toEqual({
      body: { model: 'm', input: ['a'], encoding_format: 'float' },
      warned: ['input_type', 'title', 'truncate', 'odd'],
    });
  });

  it('is refused for another kind of call', () => {
    expect(() => write({ kind: 'images' })).toThrow(/Only vectors/);
  });
});

describe('an embeddings answer', () => {
  it('has its vectors in order, and usage without output tokens', () => {
    expect(write([[1, 2], [3]])).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [1, 2] },
        { object: 'embedding', index: 1, embedding: [3] },
      ],
      model: 'house-model',
      usage: { prompt_tokens: 12, total_tokens: 12 },
    });
  });

  it('is base64 of little-endian float32 where that was asked (T21)', () => {
    const answer = write([[1, -2]], { encoding_format: 'base64' });
    expect(answer['data']).toEqual([{ object: 'embedding', index: 0, embedding: 'AACAPwAAAMA=' }]);
  });

  it("reaches OpenAI's own SDK as numbers, which asks for base64 by itself", async () => {
    const sent: JsonObject[] = [];
    const client = new OpenAI({
      apiKey: 'k',
      baseURL: 'http://127.0.0.1:1/v1',
      fetch: async (_url, init) => {
        sent.push(JSON.parse(String(init?.body)));
        return Response.json(write([[0.5, -0.25, 2]], sent[0]));
      },
    });
    const answer = await client.embeddings.create({ model: 'm', input: 'hi' });
    expect(sent[0]).toMatchObject({ encoding_format: 'base64' });
    expect(answer.data[0]?.embedding).toEqual([0.5, -0.25, 2]);
  });

  it('is heard for usage and errors alone', () => {
    const answer = { data: ['never looked at'], usage: { prompt_tokens: 7, total_tokens: 7 } };
    expect(openAiEmbeddings.hearWhole(answer)).toEqual({
      usage: { inputTokens: 7, outputTokens: 0 },
      error: undefined,
    });
    expect(openAiEmbeddings.hearWhole({ error: { message: 'no' } }).error?.message).toBe('no');
  });

  it('reads back as what was written, in either form', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const vectors = fc.array(fc.array(number, { maxLength: 8 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(vectors, fc.constantFrom('float', 'base64'), (list, encoding_format) => {
        const answer = JSON.parse(JSON.stringify(write(list, { encoding_format })));
        const events = openAiEmbeddings.eventsOfWhole(answer, answerReading);
        const read = events.flatMap((event) => (event.type === 'embedding' ? [event.vector] : []));
        expect(JSON.stringify(read)).toBe(JSON.stringify(list));
        expect(events.at(0)).toMatchObject({ type: 'answer-start', model: 'house-model' });
        expect(events.slice(-3).map((event) => event.type)).toEqual(['usage', 'choice-end', 'answer-end']);
      }),
    );
  });

  it('keeps single precision exactly', () => {
    expect(decodeVector(encodeVector([Math.fround(0.1), 1e-40]))).toEqual([
      Math.fround(0.1),
      Math.fround(1e-40),
    ]);
  });

  it.each([{ error: { message: 'no' } }, {}, { data: [{}] }, { data: [{ embedding: ['x'] }] }, 'x', null])(
    'is a failure if it is %j',
    (answer) => {
      expect(openAiEmbeddings.eventsOfWhole(answer, answerReading)).toEqual([
        expect.objectContaining({ type: 'error' }),
      ]);
    },
  );
});
