/** Clients of Ollama look round before they talk: ollama-js, Open WebUI and curl, each finding what it looks for. */
import { Ollama } from 'ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backOf, ClientHouse } from '../clients/client-house.ts';
import { listIn, objectIn } from '../fake-upstream/json.ts';
import { waitFor } from '../support/wait-for.ts';

let house: ClientHouse;
let sdk: Ollama;

beforeAll(async () => {
  house = await ClientHouse.open({
    apps: [
      { app_id: 'all', api_keys: ['sk-all'] },
      { app_id: 'few', api_keys: ['sk-few'], policy: { allow: ['llama*'] } },
    ],
    backends: (url) => [
      backOf('ollama', 'tagged:latest', url, { models: { 'tagged:latest': { max_input_tokens: 8192 } } }),
      backOf('ollama', 'sized:8b', url),
    ],
  });
  sdk = new Ollama({ host: house.gateway.baseUrl, headers: { authorization: 'Bearer sk-all' } });
});

afterAll(() => house?.close());

beforeEach(() => house.upstream.journal.clear());

const namesOf = ({ models }: { readonly models: readonly { readonly name: string }[] }) =>
  models.map(({ name }) => name);

describe('ollama-js', () => {
  it('lists the models, of every kind of backend, each with what it shows of one', async () => {
    const listed = await sdk.list();
    const names = namesOf(listed);
    for (const name of ['llama-m', 'chat-m', 'claude-m', 'gemini-m', 'tagged:latest', 'sized:8b'])
      expect(names).toContain(name);
    for (const model of listed.models) {
      expect(model.digest).toMatch(/^[0-9a-f]{64}$/);
      expect(new Date(model.modified_at).getTime()).toBeGreaterThan(0);
      expect(model.details.families).toEqual(expect.any(Array));
    }
  });

  it.each(['tagged', 'tagged:latest', 'llama-m', 'llama-m:latest', 'claude-m'])('shows %s', async (model) => {
    const shown = await sdk.show({ model });
    expect(shown.capabilities).toContain('completion');
    expect(shown.details.family).toEqual(expect.any(String));
  });

  it('is shown how long a talk may be, under the name of the architecture', async () => {
    const info = objectIn((await sdk.show({ model: 'tagged' })).model_info);
    expect(info[`${info['general.architecture']}.context_length`]).toBe(8192);
  });

  it('is told in its own words that there is no such model', async () => {
    await expect(sdk.show({ model: 'nobody' })).rejects.toMatchObject({
      status_code: 404,
      message: expect.stringContaining("model 'nobody' not found"),
    });
    const talk = { model: 'nobody', messages: [{ role: 'user', content: 'x' }] };
    await expect(sdk.chat(talk)).rejects.toMatchObject({
      status_code: 404,
      error: "model 'nobody' not found",
    });
  });

  it('sees what runs while it runs, and nothing after', async () => {
    expect((await sdk.ps()).models).toEqual([]);
    house.upstream.queueScenarios('stall-after=1');
    const talk = await sdk.chat({
      model: 'llama-m',
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
    });
    const { models } = await sdk.ps();
    expect(namesOf({ models })).toEqual(['llama-m']);
    expect(new Date(models[0]?.expires_at ?? '').getTime()).toBeGreaterThan(0);
    talk.abort();
    await waitFor('nothing to run', async () => (await sdk.ps()).models.length === 0);
  });

  it('learns the version', async () => {
    expect(await sdk.version()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it.each([
    ['tagged', 'tagged:latest'],
    ['tagged:latest', 'tagged:latest'],
    ['llama-m', 'llama-m'],
    ['llama-m:latest', 'llama-m'],
    ['claude-m:latest', 'claude-m'],
    ['sized:8b', 'sized:8b'],
  ])('talks to %s, which the backend calls %s, and is answered under its own name', async (asked, known) => {
    const answer = await sdk.chat({ model: asked, messages: [{ role: 'user', content: 'hi' }] });
    expect(answer).toMatchObject({ model: asked, message: { content: 'You said: hi' }, done: true });
    expect(house.lastAsked.model).toBe(known);
  });

  it('another size is another model', async () => {
    const talk = { model: 'sized:70b', messages: [{ role: 'user', content: 'x' }] };
    await expect(sdk.chat(talk)).rejects.toMatchObject({ status_code: 404 });
  });

  it('loads a model by asking it nothing', async () => {
    const loaded = await sdk.chat({ model: 'chat-m', messages: [], keep_alive: '5m' });
    expect(loaded).toMatchObject({ done: true, done_reason: 'load', message: { content: '' } });
    expect(house.asked).toEqual([]);
  });

  it('generates, and embeds in the old way and the new', async () => {
    const { response } = await sdk.generate({ model: 'llama-m', prompt: 'hi' });
    expect(response).toBe('You said: hi');
    const { embeddings } = await sdk.embed({ model: 'llama-m', input: ['a', 'b c'] });
    expect(embeddings).toHaveLength(2);
    const { embedding } = await sdk.embeddings({ model: 'llama-m', prompt: 'a' });
    expect(embedding).toEqual(embeddings[0]);
  });

  it.each([
    ['pull', () => sdk.pull({ model: 'new-one' })],
    ['delete', () => sdk.delete({ model: 'llama-m' })],
    ['copy', () => sdk.copy({ source: 'llama-m', destination: 'mine' })],
  ] as const)('cannot %s: the models are the operator’s', async (_what, ask) => {
    const { status_code, error } = await ask().then(
      () => ({ status_code: 200, error: '' }),
      (thrown: { status_code: number; error: string }) => thrown,
    );
    expect([404, 405, 501]).toContain(status_code);
    expect(error).toEqual(expect.any(String));
    expect(house.asked).toEqual([]);
  });
});

describe('Open WebUI', () => {
  const bearer = { authorization: 'Bearer sk-few', 'x-openwebui-user-name': 'Ann' };

  it('checks a connection by its version and its tags', async () => {
    expect((await house.get('/api/version', bearer)).status).toBe(200);
    const tags = await house.get('/api/tags', bearer);
    expect(tags.headers.get('content-type')).toContain('application/json');
    const { models } = objectIn(await tags.json());
    // By its key, and only what that may use.
    expect(listIn(models).map((model) => objectIn(model).model)).toEqual(['llama-m']);
  });

  it('asks which models are loaded', async () => {
    expect(await (await house.get('/api/ps', bearer)).json()).toEqual({ models: [] });
  });

  it('talks in a stream of lines that ends with the counts', async () => {
    const talk = { model: 'llama-m', messages: [{ role: 'user', content: 'hi' }], options: {} };
    const answer = await house.post('/api/chat', talk, bearer);
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => objectIn(JSON.parse(line)));
    expect(lines.map(({ message }) => objectIn(message).content).join('')).toBe('You said: hi');
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop', eval_count: expect.any(Number) });
  });

  it('sees the same models by the door of OpenAI', async () => {
    const { data } = objectIn(await (await house.get('/v1/models', bearer)).json());
    expect(listIn(data).map((model) => objectIn(model).id)).toEqual(['llama-m']);
  });
});

describe('keys', () => {
  it.each([
    ['GET', '/api/tags'],
    ['GET', '/api/ps'],
    ['POST', '/api/show'],
    ['POST', '/api/chat'],
  ])('%s %s without one is refused in the words of Ollama', async (method, path) => {
    const answer = await fetch(house.gateway.baseUrl + path, {
      method,
      ...(method === 'POST' ? { body: '{"model":"llama-m"}' } : {}),
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
  });

  it('a model that a key may not use is not shown to it', async () => {
    const answer = await house.post('/api/show', { model: 'claude-m' }, { authorization: 'Bearer sk-few' });
    expect(answer.status).toBe(404);
  });
});

describe('without a key', () => {
  it('GET / says that Ollama is running, HEAD / says yes', async () => {
    const said = await fetch(house.gateway.baseUrl);
    expect([said.status, await said.text()]).toEqual([200, 'Ollama is running']);
    const head = await fetch(house.gateway.baseUrl, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('the version is told', async () => {
    expect((await fetch(`${house.gateway.baseUrl}/api/version`)).status).toBe(200);
    expect((await fetch(`${house.gateway.baseUrl}/api/version`, { method: 'HEAD' })).status).toBe(200);
  });
});
