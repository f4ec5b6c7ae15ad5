import { describe, expect, it } from 'vitest';
import type { EmbeddingsCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { applyEdits, outlineJson } from '../../model/json-outline.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Address, AnswerReading, WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { geminiEmbed } from './gemini-embed.ts';

const single: Address = { route: '/v1beta/models/{model}:embedContent', model: 'models/e', query: '' };
const batch: Address = { ...single, route: '/v1beta/models/{model}:batchEmbedContents' };
const content = (text: string) => ({ parts: [{ text }] });
const reading: AnswerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };

function read(body: JsonObject, address: Address, warnings = new Warnings()): EmbeddingsCall {
  return geminiEmbed.readCall(body, { address, warnings }) as EmbeddingsCall;
}

function write(changes: Partial<EmbeddingsCall>, warnings = new Warnings()): JsonObject | undefined {
  const call: EmbeddingsCall = { kind: 'embeddings', model: 'e', inputs: ['a'], extra: {}, ...changes };
  return geminiEmbed.writeRequest?.(call, {
    isStream: false,
    outputTokensMax: undefined,
    warnings,
    quirks: ordinaryQuirks,
  });
}

function paramOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (thrown) {
    return (thrown as GatewayError).details.param;
  }
  return 'nothing was thrown';
}

describe('reading embeddings', () => {
  it('reads one', () => {
    const body = {
      content: { parts: [{ text: 'a' }, { text: 'b' }] },
      taskType: 'RETRIEVAL_QUERY',
      output_dimensionality: 8,
      title: 't',
    };
    expect(read(body, single)).toEqual({
      ...{
        kind: 'embeddings',
        model: 'e',
        inputs: ['a\nb'],
        dimensions: 8,
        purpose: 'search_query',
        title: 't',
        extra: {},
      },
    });
    expect(geminiEmbed.readAsked(body, single)).toMatchObject({
      operation: 'embeddings',
      model: 'e',
      isStream: false,
    });
  });

  it('reads a batch', () => {
    const requests = ['a', 'b'].map((text) => ({
      model: 'models/e',
      content: content(text),
      taskType: 'CLUSTERING',
    }));
    expect(read({ requests }, batch)).toMatchObject({ inputs: ['a', 'b'], purpose: 'clustering' });
  });

  it('warns of purposes nobody else has', () => {
    const warnings = new Warnings();
    expect(
      read({ content: content('a'), taskType: 'FACT_VERIFICATION' }, single, warnings).purpose,
    ).toBeUndefined();
    expect(warnings.list).toMatchObject([{ action: 'dropped', param: 'taskType' }]);
  });

  it.each<[JsonObject, Address, string]>([
    [{}, single, 'content'],
    [{}, batch, 'requests'],
    [{ requests: [] }, batch, 'requests'],
    [{ requests: [{}] }, batch, 'requests[0].content'],
    [{ requests: [5] }, batch, 'requests[0]'],
    [{ content: 5 }, single, 'content'],
    [{ content: { parts: [{ inlineData: {} }] } }, single, 'content.parts[0]'],
    [{ content: content('a'), outputDimensionality: 0 }, single, 'outputDimensionality'],
    [
      { requests: [{ content: content('a') }, { content: content('b'), taskType: 'CLUSTERING' }] },
      batch,
      'requests[1].taskType',
    ],
  ])('refuses %j', (body, address, param) => {
    expect(paramOf(() => read(body, address))).toBe(param);
  });
});

describe('writing embeddings', () => {
  it('writes a batch, be it of one', () => {
    expect(write({ inputs: ['a', 'b'], purpose: 'search_document', dimensions: 8, title: 't' })).toEqual({
      requests: ['a', 'b'].map((text) => ({
        model: 'models/e',
        content: content(text),
        taskType: 'RETRIEVAL_DOCUMENT',
        title: 't',
        outputDimensionality: 8,
      })),
    });
    expect(write({})).toEqual({ requests: [{ model: 'models/e', content: content('a') }] });
  });

  it('warns of what cannot be asked', () => {
    const warnings = new Warnings();
    write({ purpose: 'image', truncates: false, extra: { embedding_types: ['int8'] } }, warnings);
    expect(warnings.list.map(({ param }) => param)).toEqual(['truncate', 'embedding_types', 'input_type']);
  });

  it('E: tokens, on a lenient route, too', () => {
    expect(paramOf(() => write({ inputs: [[1, 2]] }))).toBe('input');
    expect(paramOf(() => write({ inputs: [[1, 2]] }, new Warnings(true)))).toBe('input');
  });

  it('refuses calls of another kind', () => {
    const call = { kind: 'images', model: 'm', prompt: '', count: 1 } as const;
    expect(() =>
      geminiEmbed.writeRequest?.(call, { ...reading, isStream: false, outputTokensMax: undefined }),
    ).toThrow(GatewayError);
  });
});

describe('answers', () => {
  const vectors = { embeddings: [{ values: [1, 2] }, { values: [3] }] };

  it.each<[JsonValue, Address, JsonObject]>([
    [vectors, batch, vectors],
    [{ embedding: { values: [1] } }, single, { embedding: { values: [1] } }],
    [{ embedding: { values: [1] } }, batch, { embeddings: [{ values: [1] }] }],
    [{ embeddings: [{ values: [1] }] }, single, { embedding: { values: [1] } }],
  ])('%j is written as the address wants it', (answer, address, written) => {
    const writer = geminiEmbed.wholeWriter({ address } as WriterContext);
    for (const event of geminiEmbed.eventsOfWhole(answer, reading).toReversed()) writer.push(event);
    expect(writer.finish()).toEqual(written);
    expect(geminiEmbed.hearWhole(answer)).toEqual({});
  });

  it.each<{ answer: JsonValue }>([
    { answer: {} },
    { answer: 'x' },
    { answer: { embeddings: [{}] } },
    { answer: { embeddings: [{ values: ['1'] }] } },
    { answer: { error: { message: 'm' } } },
  ])('$answer is a failure', ({ answer }) => {
    expect(geminiEmbed.eventsOfWhole(answer, reading)).toMatchObject([{ type: 'error' }]);
  });

  it('hears errors', () => {
    expect(geminiEmbed.hearWhole({ error: { code: 429, message: 'm' } }).error).toMatchObject({
      meaning: 'rate-limited',
    });
    expect(geminiEmbed.hearWhole({}).error).toBeDefined();
  });
});

it('renames the model in every request', () => {
  const text = '{"requests":[{"model":"models/e","content":{}},{"content":{}}]}';
  const bytes = Buffer.from(text);
  const body = JSON.parse(text) as JsonObject;
  const outline = outlineJson(bytes, { depthMax: 9, valuesMax: 999 });
  const asked = geminiEmbed.readAsked(body, batch);
  expect(
    geminiEmbed.planEdits(outline, body, asked, { forceStreamUsage: false, warnings: new Warnings() }),
  ).toEqual([]);
  const edits = geminiEmbed.planEdits(outline, body, asked, {
    model: 'o',
    forceStreamUsage: false,
    warnings: new Warnings(),
  });
  expect(applyEdits(bytes, edits).toString()).toBe(
    '{"requests":[{"model":"models/o","content":{}},{"content":{},"model":"models/o"}]}',
  );
});
