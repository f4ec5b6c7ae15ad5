/** What can be looked up or counted, a server that lacks some of its paths, and what the journal keeps. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { readJournal } from './journal.ts';

const journalFile = join(tempFolder('fake-look-ups-'), 'journal.jsonl');
let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream({ journalFile });
});

beforeEach(() => fake.setScenario(''));

afterAll(() => fake.close());

const messages = [{ role: 'user', content: 'one two three' }];

async function post(path: string, body: object, url = fake.url): Promise<Response> {
  return fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
}

async function get(path: string, url = fake.url): Promise<Response> {
  return fetch(url + path);
}

describe('counting agrees with usage', () => {
  it.each([
    ['/v1/messages/count_tokens', { model: 'm', messages }, { input_tokens: 3 }],
    [
      '/v1beta/models/m:countTokens',
      { contents: [{ parts: [{ text: 'one two three' }] }] },
      { totalTokens: 3 },
    ],
    [
      '/v1beta/models/m:countTokens',
      { generateContentRequest: { contents: [{ parts: [{ text: 'one two three' }] }] } },
      { totalTokens: 3 },
    ],
    ['/tokenize', { model: 'm', messages }, { count: 3, max_model_len: 8192, tokens: [1, 2, 3] }],
    ['/tokenize', { model: 'm', prompt: 'one two' }, { count: 2, tokens: [1, 2] }],
  ] as const)('%s', async (path, body, expected) => {
    expect(await (await post(path, body)).json()).toMatchObject(expected);
  });

  it('llama-server gives the tokens alone', async () => {
    expect(await (await post('/tokenize', { content: 'one two' })).json()).toEqual({ tokens: [1, 2] });
  });
});

describe('look-ups', () => {
  it('one of the models of Gemini', async () => {
    expect(await (await get('/v1beta/models/m2')).json()).toMatchObject({ name: 'models/m2' });
    const unknown = await get('/v1beta/models/nobody');
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
  });

  it('vectors, one or many', async () => {
    const content = { parts: [{ text: 'a' }] };
    const one = (await (await post('/v1beta/models/m:embedContent', { content })).json()) as {
      embedding: { values: number[] };
    };
    const requests = [{ content }, { content }];
    const many = await (await post('/v1beta/models/m:batchEmbedContents', { requests })).json();
    expect(many).toEqual({ embeddings: [one.embedding, one.embedding] });
    const embed = await (await post('/api/embed', { model: 'm', input: ['a', 'b c'] })).json();
    expect(embed).toMatchObject({ model: 'm', prompt_eval_count: 3 });
    const old = (await (await post('/api/embeddings', { model: 'm', prompt: 'a' })).json()) as object;
    expect(old).toEqual({ embedding: one.embedding.values });
  });

  it('of Ollama', async () => {
    expect(await (await get('/api/tags')).json()).toMatchObject({ models: [{ name: 'm:latest' }, {}, {}] });
    await post('/api/chat', { model: 'm2', messages, stream: false });
    expect(await (await get('/api/ps')).json()).toMatchObject({ models: [{ name: 'm2:latest' }] });
    expect(await (await get('/api/version')).json()).toEqual({ version: '0.12.99' });
    const shown = await (await post('/api/show', { model: 'm' })).json();
    expect(shown).toMatchObject({ model_info: { 'llama.context_length': 8192 } });
  });
});

describe('a server that lacks some of its paths', () => {
  const notFound = { error: { type: 'invalid_request_error', code: 'unknown_url' } };

  it('by an option: other work answers 404, look-ups stay', async () => {
    const old = await startFakeUpstream({ only: ['openai-chat', 'ollama-chat'] });
    const responses = await post('/v1/responses', { model: 'm', input: 'x' }, old.url);
    expect(responses.status).toBe(404);
    expect(await responses.json()).toMatchObject(notFound);
    expect((await post('/v1/chat/completions', { model: 'm', messages }, old.url)).status).toBe(200);
    expect((await post('/api/chat', { model: 'm', messages }, old.url)).status).toBe(200);
    expect((await get('/v1/models', old.url)).status).toBe(200);
    expect(old.journal.entries[0]).toMatchObject({ operation: 'openai-responses', status: 404 });
    await old.close();
  });

  it('by a scenario, with `everywhere` also what is looked up', async () => {
    fake.setScenario('only=openai-chat,ollama-chat');
    expect((await post('/v1/messages', { model: 'm', messages })).status).toBe(404);
    expect((await post('/v1/chat/completions', { model: 'm', messages })).status).toBe(200);
    expect((await get('/v1/models')).status).toBe(200);
    fake.setScenario('only=openai-chat!everywhere');
    expect((await get('/v1/models')).status).toBe(404);
    expect((await post('/api/chat', { model: 'm', messages })).status).toBe(404);
  });
});

describe('the journal', () => {
  it('keeps what was sent, parsed; its file too', async () => {
    await post('/v1/messages', { model: 'm', messages, max_tokens: 5 });
    expect(fake.journal.entries.at(-1)?.sent).toEqual({ model: 'm', messages, max_tokens: 5 });
    expect(readJournal(journalFile).at(-1)?.sent).toEqual({ model: 'm', messages, max_tokens: 5 });
  });
});
