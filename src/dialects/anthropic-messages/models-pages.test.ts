import { describe, expect, it } from 'vitest';
import type { ListedModel } from '../models-page.ts';
import { anthropicPages } from './models-pages.ts';

const model = (id: string, about: Partial<ListedModel> = {}): ListedModel => ({
  id,
  ownedBy: 'b',
  createdS: 1_700_000_000,
  operations: ['chat'],
  inputTokensMax: undefined,
  outputTokensMax: undefined,
  isRunning: false,
  ...about,
});
const models = ['a', 'b/c:d', 'e'].map((id) => model(id));

const answer = (at: number, query: string, name?: string) =>
  anthropicPages[at]?.answer(models, { model: name, query, body: undefined });
const list = (query: string) => answer(0, query) as { data: { id: string }[] };
const idsOf = (query: string) => list(query).data.map(({ id }) => id);

describe('the list of models', () => {
  it('is told from OpenAI’s by a header', () => {
    expect(anthropicPages.map(({ route, header, method }) => [method, route, header])).toEqual([
      ['GET', '/v1/models', 'anthropic-version'],
      ['GET', '/v1/models/{model}', 'anthropic-version'],
    ]);
  });

  it('tells of each model what is known', () => {
    const known = model('k', { inputTokensMax: 9, outputTokensMax: 5 });
    const vectors = model('v', { operations: ['embeddings'] });
    const page = anthropicPages[0]?.answer([known, vectors], {
      model: undefined,
      query: '',
      body: undefined,
    });
    const entry = {
      type: 'model',
      id: 'k',
      display_name: 'k',
      created_at: '2023-11-14T22:13:20Z',
      max_input_tokens: 9,
      max_tokens: 5,
      capabilities: null,
    };
    expect(page).toEqual({ data: [entry], has_more: false, first_id: 'k', last_id: 'k' });
  });

  it.each([
    ['', ['a', 'b/c:d', 'e'], false],
    ['limit=2', ['a', 'b/c:d'], true],
    ['limit=1&after_id=a', ['b/c:d'], true],
    ['after_id=b%2Fc%3Ad', ['e'], false],
    ['after_id=e', [], false],
    ['limit=1&before_id=e', ['b/c:d'], true],
    ['limit=2&before_id=e', ['a', 'b/c:d'], false],
  ])('page "%s"', (query, ids, has_more) => {
    expect(idsOf(query)).toEqual(ids);
    expect(list(query)).toMatchObject({ has_more, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null });
  });

  it.each(['limit=0', 'limit=x', 'after_id=nobody', 'before_id=nobody'])('page "%s" is refused', (query) => {
    expect(() => idsOf(query)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('one model is found by its name, odd as it is', () => {
    expect(answer(1, '', 'b/c:d')).toMatchObject({ type: 'model', id: 'b/c:d', max_tokens: null });
    expect(() => answer(1, '', 'z')).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });
});
