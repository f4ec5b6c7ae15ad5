import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { readJournal } from './journal.ts';
import { maxConcurrent, overlaps } from './overlaps.ts';

const journalFile = join(tempFolder('fake-upstream-'), 'journal.jsonl');
let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream({ journalFile });
});

beforeEach(() => {
  fake.setScenario('');
  fake.journal.clear();
});

afterAll(async () => {
  await fake.close();
});

const hello = [{ role: 'user' as const, content: 'Grüße aus Köln 👋🏽' }];

function sdk(): OpenAI {
  return new OpenAI({ baseURL: `${fake.url}/v1`, apiKey: 'k', maxRetries: 0 });
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(fake.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
}

async function chatText(model: string, stream = true): Promise<string> {
  return (await post('/v1/chat/completions', { model, messages: hello, stream })).text();
}

describe('the OpenAI SDK understands it', () => {
  it('whole and streamed, with usage only if asked', async () => {
    const whole = await sdk().chat.completions.create({ model: 'm', messages: hello });
    expect(whole.choices[0]?.message.content).toBe('You said: Grüße aus Köln 👋🏽');
    expect(whole.usage?.total_tokens).toBe(4 + 6);

    const asked = { model: 'm!words=20', messages: hello, stream: true as const };
    const texts: string[] = [];
    for await (const chunk of await sdk().chat.completions.create(asked)) {
      expect(chunk.usage).toBeUndefined();
      texts.push(chunk.choices[0]?.delta.content ?? '');
    }
    expect(texts.join('').split(' ')).toHaveLength(20);

    const withUsage = { ...asked, stream_options: { include_usage: true } };
    const chunks = [];
    for await (const chunk of await sdk().chat.completions.create(withUsage)) chunks.push(chunk);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 20 } });
  });

  it('when it wants a tool used', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
    const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'please use tool' }], tools };
    const final = await sdk().chat.completions.stream(asked).finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'weather', arguments: '{"city":"Köln"}' },
    });
  });

  it('for responses, embeddings, completions, images and models', async () => {
    const stream = sdk().responses.stream({ model: 'm', input: 'hello' });
    expect((await stream.finalResponse()).output_text).toBe('You said: hello');
    const whole = await sdk().responses.create({ model: 'm', input: 'hello' });
    expect(whole.output_text).toBe('You said: hello');
    const { data } = await sdk().embeddings.create({ model: 'm', input: ['a', 'b'] });
    const floats = await sdk().embeddings.create({ model: 'm', input: 'a', encoding_format: 'float' });
    expect(data[0]?.embedding).toEqual(floats.data[0]?.embedding);
    const completion = await sdk().completions.create({ model: 'm', prompt: 'hi', max_tokens: 2 });
    expect(completion.choices[0]).toMatchObject({ text: 'You said: ', finish_reason: 'length' });
    expect((await sdk().images.generate({ model: 'm', prompt: 'x', n: 2 })).data).toHaveLength(2);
    expect((await sdk().models.list()).data.map((model) => model.id)).toContain('llama3.2');
  });
});

describe('the other dialects', () => {
  it('Anthropic: events in order, input without the cached tokens', async () => {
    const body = { model: 'm!cached=1', max_tokens: 50, messages: hello };
    const whole = await (await post('/v1/messages', body)).json();
    expect(whole).toMatchObject({
      type: 'message',
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, cache_read_input_tokens: 1, output_tokens: 6 },
    });
    const text = await (await post('/v1/messages', { ...body, stream: true })).text();
    const events = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect(events.slice(0, 3)).toEqual(['message_start', 'content_block_start', 'ping']);
    expect(events.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(await (await post('/v1/messages/count_tokens', body)).json()).toEqual({ input_tokens: 4 });
  });

  it('Gemini: SSE, array, count and embedding', async () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
    const path = '/v1beta/models/org/m:tag!thoughts=2';
    const sse = await (await post(`${path}:streamGenerateContent?alt=sse`, body)).text();
    expect(sse).not.toMatch(/event:|DONE/);
    const array = (await (await post(`${path}:streamGenerateContent`, body)).json()) as object[];
    expect(array.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: 1,
        thoughtsTokenCount: 2,
        candidatesTokenCount: 3,
        totalTokenCount: 6,
      },
    });
    expect(await (await post('/v1beta/models/m:countTokens', body)).json()).toMatchObject({ totalTokens: 1 });
    expect(fake.journal.entries[0]?.model).toBe('org/m:tag!thoughts=2');
  });

  it('Ollama: lines unless refused, load and unload, and what is resident', async () => {
    const lines = (await (await post('/api/chat', { model: 'm', messages: hello })).text())
      .trim()
      .split('\n');
    const objects = lines.map((line) => JSON.parse(line) as { done: boolean });
    expect(objects.at(-1)).toMatchObject({ done: true, done_reason: 'stop', eval_count: 6 });
    const whole = await (await post('/api/generate', { model: 'm', prompt: 'hi', stream: false })).json();
    expect(whole).toMatchObject({ response: 'You said: hi', done: true });
    expect([...fake.residents].at(-1)).toBe('m');
    const unload = await (await post('/api/generate', { model: 'm', keep_alive: 0, stream: false })).json();
    expect(unload).toMatchObject({ done_reason: 'unload' });
    expect([...fake.residents]).not.toContain('m');
  });
});

describe('slow, rude or cut off on request', () => {
  const plain = 'You said: Grüße aus Köln 👋🏽';
  const textOf = (sse: string): string =>
    [...sse.matchAll(/"content":"([^"]*)"/g)].map((match) => match[1]).join('');

  it('the same text however it is cut and dressed', async () => {
    expect(textOf(await chatText('m!bytes=3'))).toBe(plain);
    expect(textOf(await chatText('m!split-utf8'))).toContain(plain);
    expect(await chatText('m!crlf')).toContain('data: [DONE]\r\n\r\n');
    expect(await chatText('m!cr')).not.toContain('\n');
    expect(await chatText('m!comments')).toContain(': keep-alive\n\ndata:');
    expect(await chatText('m!no-done')).not.toContain('DONE');
  });

  it('breaks off, resets, ends early', async () => {
    await expect(chatText('m!cut=2')).rejects.toThrow();
    await expect(chatText('m!reset=2')).rejects.toThrow();
    await expect(chatText('m!cut=0')).rejects.toThrow();
    await expect(chatText('m!cut-in-head')).rejects.toThrow();
    await expect(chatText('m!cut=2', false)).rejects.toThrow();
    await expect(chatText('m!wrong-length', false)).rejects.toThrow();
    const early = await chatText('m!end=2');
    expect(early.match(/data:/g)).toHaveLength(2);
    expect(fake.journal.entries.map((entry) => entry.outcome)).toEqual([
      ...Array<string>(5).fill('cut-by-us'),
      'completed',
      'completed',
    ]);
  });

  it('errors in every dialect, before, first and in the middle', async () => {
    const refused = await post('/v1/messages', { model: 'm!status=529!retry-after=7', messages: [] });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([529, '7']);
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
    expect(await chatText('m!error-in-200')).toMatch(/^data: \{"error"/);
    expect(await chatText('m!error-mid=3')).toMatch(/(data: .*\n\n){3}data: \{"error".*\n\n$/);
    expect(await chatText('m!error-field')).toContain('\nerror: {"error"');
    const loading = await post('/v1/chat/completions', { model: 'm!loading', messages: hello });
    expect(await loading.json()).toMatchObject({ error: { message: 'Loading model' } });
    expect(await (await post('/api/chat', { model: 'm!status=404!message=not+here' })).json()).toEqual({
      error: 'not here',
    });
  });

  it('bodies that are not what they should be', async () => {
    expect(await chatText('m!html')).toContain('<html>');
    expect(JSON.parse(await chatText('m!json-instead-of-stream'))).toMatchObject({
      object: 'chat.completion',
    });
    expect(await chatText('m!sse-instead-of-json', false)).toContain('data: [DONE]');
    for (const broken of ['garbage-json', 'truncated-json']) {
      await expect(chatText(`m!${broken}`, false).then((text) => JSON.parse(text))).rejects.toThrow(
        SyntaxError,
      );
    }
    const lies = await post('/v1/chat/completions', { model: 'm!usage-lies=huge', messages: hello });
    expect(await lies.text()).toContain('"total_tokens":1e+308');
    const typeless = await post('/v1/chat/completions', { model: 'm!no-content-type', messages: hello });
    expect(typeless.headers.get('content-type')).toBeNull();
    const lengthless = await post('/v1/chat/completions', { model: 'm!close-no-length', messages: hello });
    expect(lengthless.headers.get('transfer-encoding')).toBeNull();
    expect((await lengthless.text()).length).toBeGreaterThan(100);
  });

  it('huge lines and floods', async () => {
    expect((await chatText('m!huge-line=2')).length).toBeGreaterThan(2 * 1024 * 1024);
    expect((await chatText('m!huge-line=1', false)).length).toBeGreaterThan(1024 * 1024);
    expect((await chatText('m!flood=2')).length).toBeGreaterThan(2 * 1024 * 1024);
  });

  it('waits where it is told to', async () => {
    const started = performance.now();
    const first = await post('/v1/chat/completions', { model: 'm!delay=80', messages: hello });
    expect(performance.now() - started).toBeGreaterThan(75);
    await first.text();
    await expect(
      fetch(`${fake.url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'm!stall-before-headers' }),
        signal: AbortSignal.timeout(100),
      }),
    ).rejects.toThrow();
    const dripping = await fetch(`${fake.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm!stall-after=1!comments=20', stream: true }),
      signal: AbortSignal.timeout(200),
    });
    let received = '';
    const read = async (): Promise<void> => {
      for await (const bytes of dripping.body ?? []) received += Buffer.from(bytes).toString();
    };
    await expect(read()).rejects.toThrow();
    expect(received.match(/: keep-alive/g)?.length).toBeGreaterThan(4);
    const loading = { model: 'big!loading=100', messages: hello };
    expect((await post('/v1/chat/completions', loading)).status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 110));
    expect((await post('/v1/chat/completions', loading)).status).toBe(200);
  });

  it('queued, by header, only so many times; never by a typo', async () => {
    fake.queueScenarios('status=500', 'status=429');
    expect((await post('/v1/chat/completions', { model: 'm', messages: hello })).status).toBe(500);
    const header = { 'x-fake-scenario': 'status=418' };
    expect((await post('/v1/chat/completions', { model: 'm', messages: hello }, header)).status).toBe(418);
    const twice = { model: 'flaky!status=503!times=2', messages: hello };
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await post('/v1/chat/completions', twice)).status);
    expect(statuses).toEqual([503, 503, 200]);
    const typo = await post('/v1/chat/completions', { model: 'm!slwo=5', messages: hello });
    expect(await typo.text()).toContain('no scenario "slwo"');
  });
});

describe('the journal', () => {
  it('tells requests one after another from requests at once', async () => {
    await chatText('m!slow=5');
    await chatText('m!slow=5');
    expect(overlaps(fake.journal.entries)).toEqual([]);
    await Promise.all([chatText('m!slow=20'), chatText('m2!slow=20'), fetch(`${fake.url}/v1/models`)]);
    expect(overlaps(fake.journal.entries)).toHaveLength(1);
    expect(maxConcurrent(fake.journal.entries)).toBe(2);
    expect(maxConcurrent(fake.journal.entries, (entry) => entry.model.startsWith('m2'))).toBe(1);
  });

  it('knows a peer that left, within milliseconds, also one that reads nothing', async () => {
    const leave = new AbortController();
    const answer = await fetch(`${fake.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm!stall-after=1', messages: hello, stream: true }),
      signal: leave.signal,
    });
    await answer.body?.getReader().read();
    const left = performance.timeOrigin + performance.now();
    leave.abort();
    await waitUntil(() => fake.journal.entries[0]?.outcome === 'aborted-by-peer');
    expect((fake.journal.entries[0]?.tEnded ?? 0) - left).toBeLessThan(200);
    await waitUntil(() => fake.journal.entries[0]?.tSocketClosed !== undefined);

    const flood = request(`${fake.url}/v1/chat/completions`, { method: 'POST' });
    flood.on('error', () => {});
    flood.on('response', (response) => response.pause());
    flood.end(JSON.stringify({ model: 'm!flood=200', messages: hello, stream: true }));
    await waitUntil(() => (fake.journal.entries[1]?.bytesSent ?? 0) > 100_000);
    flood.destroy();
    await waitUntil(() => fake.journal.entries[1]?.outcome === 'aborted-by-peer');
    expect(fake.journal.entries[1]?.bytesSent).toBeLessThan(50 * 1024 * 1024);
  });

  it('holds what arrived, and its file holds the same', async () => {
    const body = { model: 'm!echo-request', messages: hello };
    const answer = await post('/v1/chat/completions', body, { 'x-request-id': 'abc' });
    const sent = (await answer.json()) as { choices: [{ message: { content: string } }] };
    const echoed = JSON.parse(sent.choices[0].message.content) as { bodySha256: string };
    const expected = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    expect(echoed.bodySha256).toBe(expected);
    const [entry] = fake.journal.entries;
    expect(entry).toMatchObject({ bodySha256: expected, requestIds: { 'x-request-id': 'abc' }, status: 200 });
    await waitUntil(() => entry?.outcome === 'completed');
    expect(readJournal(journalFile).at(-1)).toMatchObject({ seq: entry?.seq, outcome: 'completed' });
  });
});

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('waited 3 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
