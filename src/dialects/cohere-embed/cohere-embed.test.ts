import { describe, expect, it } from 'vitest';
import type { EmbeddingsCall } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { cohereEmbed } from './cohere-embed.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';

function write(call: Partial<EmbeddingsCall>, isLenient = false) {
  const warnings = new Warnings(isLenient);
  const full: EmbeddingsCall = { kind: 'embeddings', model: 'embed-v4', inputs: ['a'], extra: {}, ...call };
  const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined };
  const request: unknown = JSON.parse(JSON.stringify(writeRequest(full, writing)));
  return { request, header: warnings.asHeader() };
}

const plain = { model: 'embed-v4', texts: ['a'], input_type: 'search_document', embedding_types: ['float'] };

describe("a request to Cohere's embeddings", () => {
  it.each<[Partial<EmbeddingsCall>, object, string]>([
    [{}, plain, ''],
    [{ inputs: ['a', 'b'] }, { ...plain, texts: ['a', 'b'] }, ''],
    [{ purpose: 'search_query' }, { ...plain, input_type: 'search_query' }, ''],
    [{ extra: { input_type: 'clustering' } }, { ...plain, input_type: 'clustering' }, ''],
    [{ purpose: 'search_query', extra: { input_type: 'x' } }, { ...plain, input_type: 'search_query' }, ''],
    [{ dimensions: 256 }, { ...plain, output_dimension: 256 }, ''],
    [{ truncates: true }, { ...plain, truncate: 'END' }, ''],
    [{ truncates: false }, { ...plain, truncate: 'NONE' }, ''],
    [{ extra: { truncate: 'START' } }, { ...plain, truncate: 'START' }, ''],
    [{ extra: { user: 'u', encoding_format: 'base64', input_type: 5 } }, plain, ''],
    [{ title: 'T' }, plain, 'dropped;param=title;reason=unsupported_by_backend'],
    [{ extra: { late_chunking: true } }, plain, 'dropped;param=late_chunking;reason=unsupported_by_backend'],
  ])('%j becomes %j', (call, request, header) => {
    expect(write(call)).toEqual({ request, header });
  });

  it.each([
    ['more texts than it takes', { inputs: Array.from({ length: 97 }, () => 'a') }],
    ['tokens', { inputs: ['a', [1, 2]] }],
  ])('refuses %s, on a lenient route too', (_, call) => {
    for (const isLenient of [false, true]) {
      expect(() => write(call, isLenient)).toThrow(
        expect.objectContaining({ code: 'unsupported_parameter', details: { param: 'input' } }),
      );
    }
    expect(write({ inputs: Array.from({ length: 96 }, () => 'a') }).header).toBe('');
  });

  it('cannot be made of a call of another kind', () => {
    const call = { kind: 'images', model: 'm', prompt: 'p', count: 1 } as const;
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    };
    expect(() => writeRequest(call, writing)).toThrow(/"images"/);
  });
});

describe("an answer of Cohere's embeddings", () => {
  const meta = { api_version: { version: '2' }, billed_units: { input_tokens: 10 } };
  const events = [
    { type: 'embedding', index: 0, vector: [0.5, -1] },
    { type: 'embedding', index: 1, vector: [0, 2] },
    { type: 'usage', usage: { inputTokens: 10, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
  const vectors = [
    [0.5, -1],
    [0, 2],
  ];

  it('is read vector by vector, in the form of either version', () => {
    for (const embeddings of [{ float: vectors }, vectors]) {
      expect(eventsOfWhole({ id: 'f5', texts: ['a', 'b'], embeddings, meta })).toEqual([
        { type: 'answer-start', id: 'f5', model: '' },
        ...events,
      ]);
    }
    expect(hearWhole({ embeddings: { float: vectors }, meta })).toEqual({
      usage: { inputTokens: 10, outputTokens: 0 },
    });
  });

  it.each<[JsonValue, string]>([
    [{ message: 'invalid api token', id: '1' }, 'invalid api token'],
    [
      { embeddings: { int8: [[1]] } },
      'the backend answered an embeddings request with no list of embeddings',
    ],
    [null, 'the backend answered an embeddings request with no list of embeddings'],
    [
      { embeddings: { float: [[1], 'x'] } },
      'the backend answered an embeddings request with embeddings[1] that is no vector',
    ],
    [
      { embeddings: { float: [[1, null]] } },
      'the backend answered an embeddings request with embeddings[0] that is no vector',
    ],
  ])('%j is a failure', (answer, message) => {
    expect(eventsOfWhole(answer)).toEqual([expect.objectContaining({ type: 'error', message })]);
  });
});

it('is a dialect without streams and without clients', () => {
  expect(cohereEmbed).toMatchObject({ operation: 'embeddings', kind: 'embeddings', routes: [] });
  expect([cohereEmbed.streamListener, cohereEmbed.eventReader, cohereEmbed.frameWriter]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
