import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { allDialects } from '../all-dialects.ts';
import type { Dialect } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';

const dialect = (name: string) => allDialects.find((one) => one.name === name) as Dialect;
const jina = dialect('jina-rerank');
const cohere = dialect('cohere-rerank');
const address = { route: '/v1/rerank', model: undefined, query: '' };

function translated(from: Dialect, to: Dialect, body: JsonObject, isLenient = false) {
  const warnings = new Warnings(isLenient);
  const call = from.readCall(body, { address, warnings });
  const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined };
  // As it goes on the wire: members that are undefined are not there.
  const request: JsonObject = JSON.parse(JSON.stringify(to.writeRequest?.(call, writing)));
  return { request, warned: warnings.list.map(({ param }) => param) };
}

function answered(from: Dialect, to: Dialect, answer: JsonObject, request: JsonObject) {
  const warnings = new Warnings();
  const writer = to.wholeWriter({
    requestId: 'r1',
    model: 'm',
    createdS: 1,
    withUsage: true,
    request,
    address,
    elapsedMs: () => 0,
    inputTokensEstimate: 12,
    warnings,
  });
  const events = from.eventsOfWhole(answer, { warnings, quirks: ordinaryQuirks });
  for (const event of events) writer.push(event);
  return { whole: writer.finish(), events, warned: warnings.list.map(({ param }) => param) };
}

const question = { model: 'm', query: 'q', documents: ['a', { text: 'b', title: 't' }] };

describe('a question', () => {
  it('of Jina becomes one of Cohere: texts, and nothing to come back', () => {
    const body = { ...question, top_n: 1, return_documents: true, rank_fields: ['title'] };
    const { request, warned } = translated(jina, cohere, body);
    expect(request).toEqual({ model: 'm', query: 'q', documents: ['a', 'b'], top_n: 1 });
    expect(warned).toEqual(['rank_fields', 'documents[1].title']);
  });

  it('of Cohere becomes one of Jina', () => {
    const body = { model: 'm', query: 'q', documents: ['a'], max_tokens_per_doc: 100, priority: 1 };
    const { request, warned } = translated(cohere, jina, body);
    expect(request).toEqual({ model: 'm', query: 'q', documents: ['a'], return_documents: false });
    expect(warned).toEqual(['max_tokens_per_doc', 'priority']);
  });

  it('keeps the limit of each document where it is known', () => {
    const { request } = translated(cohere, cohere, { ...question, max_tokens_per_doc: 100 });
    expect(request).toMatchObject({ max_tokens_per_doc: 100 });
  });

  it('with a picture for a query cannot be asked of Cohere, and leniently loses it', () => {
    const body = { ...question, query: { image: 'data:,x' } };
    expect(() => translated(jina, cohere, body)).toThrow(
      expect.objectContaining({
        code: 'unsupported_parameter',
        details: expect.objectContaining({ param: 'query' }),
      }),
    );
    expect(translated(jina, cohere, body, true).request).toMatchObject({ query: '' });
  });
});

describe('an answer', () => {
  const results = [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: 0.2 },
  ];

  it('of Cohere becomes one of Jina, with the documents of the question', () => {
    const answer = { id: 'x', results, meta: { billed_units: { search_units: 2 } } };
    const { whole, warned, events } = answered(cohere, jina, answer, question);
    expect(whole).toEqual({
      object: 'list',
      model: 'm',
      usage: { prompt_tokens: 12, total_tokens: 12 },
      results: [
        { index: 1, relevance_score: 0.9, document: { text: 'b', title: 't' } },
        { index: 0, relevance_score: 0.2, document: { text: 'a' } },
      ],
      meta: { billed_units: { search_units: 2 } },
    });
    expect(warned).toEqual(['usage']);
    expect(events).toContainEqual({ type: 'billed-requests', requests: 2 });
  });

  it('of Jina becomes one of Cohere, without them', () => {
    const answer = { model: 'm', usage: { total_tokens: 40 }, results };
    expect(answered(jina, cohere, answer, question).whole).toEqual({
      id: 'r1',
      results,
      meta: {
        api_version: { version: '2' },
        billed_units: { search_units: 1 },
        tokens: { input_tokens: 40, output_tokens: 0 },
      },
    });
  });

  it.each([jina, cohere])('without results, or with one that cannot be read, is a failure', (back) => {
    for (const answer of [{}, { results: 'none' }, { results: [{ index: 0 }] }, { results: [null] }])
      expect(back.eventsOfWhole(answer, { warnings: new Warnings(), quirks: ordinaryQuirks })).toEqual([
        expect.objectContaining({ type: 'error', code: 'upstream_bad_response' }),
      ]);
  });

  it.each([
    [jina, { error: { message: 'no such model' } }],
    [cohere, { message: 'no such model' }],
  ])('that is an error in disguise is heard as one', (back, answer) => {
    expect(back.hearWhole(answer).error).toMatchObject({ message: 'no such model' });
  });

  it('may be nothing but a list, which tells what was read if all of it does', () => {
    const list = (tokens: object) => [
      { score: 0.9, document: 'b', index: 1, meta_info: { prompt_tokens: 5 } },
      { score: 0.2, document: 'a', index: 0, meta_info: tokens },
    ];
    expect(jina.hearWhole(list({ prompt_tokens: 3 }) as JsonValue)).toMatchObject({
      usage: { inputTokens: 8 },
    });
    const heard = jina.hearWhole(list({}) as JsonValue);
    expect([heard.usage, heard.error]).toEqual([undefined, undefined]);
    expect(jina.correctWhole?.(list({}) as JsonValue, { ...question, top_n: 1 })).toEqual({
      object: 'list',
      model: 'm',
      results: [{ index: 1, relevance_score: 0.9, document: { text: 'b', title: 't' } }],
    });
    expect(jina.correctWhole?.({ results }, question)).toBeUndefined();
  });

  it('that is a list of something else is a failure', () => {
    for (const answer of [[null], ['a'], [{ index: 0 }], [{ score: 1 }]] as JsonValue[])
      expect(jina.eventsOfWhole(answer, { warnings: new Warnings(), quirks: ordinaryQuirks })).toEqual([
        expect.objectContaining({ type: 'error', code: 'upstream_bad_response' }),
      ]);
  });

  it('tells of what was read, and of as how many searches it is billed', () => {
    const usage = { usage: { prompt_tokens: 3, total_tokens: 5 }, results };
    expect(jina.hearWhole(usage)).toMatchObject({
      usage: { inputTokens: 5, outputTokens: 0 },
      error: undefined,
    });
    const meta = { meta: { tokens: { input_tokens: 8 }, billed_units: { search_units: 3 } }, results };
    expect(cohere.hearWhole(meta)).toMatchObject({ usage: { inputTokens: 8 }, requests: 3 });
  });
});
