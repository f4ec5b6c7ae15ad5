import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

beforeEach(() => {
  fake.setScenario('');
  fake.journal.clear();
});

afterAll(() => fake.close());

const hello = [{ role: 'user' as const, content: 'Hi there' }];
const clock = {
  type: 'function' as const,
  function: { name: 'now', parameters: { type: 'object', properties: {} } },
};

async function post(path: string, body: object): Promise<Response> {
  return fetch(fake.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': 'k' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
}

interface Event {
  readonly [name: string]: unknown;
  readonly type: string;
  readonly choices: readonly Record<string, unknown>[];
}

/** The data of a stream's events, `[DONE]` apart. */
async function streamed(path: string, body: object): Promise<Event[]> {
  const text = await (await post(path, { ...body, stream: true })).text();
  const datas = [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => match[1] ?? '');
  return datas.map((data) => JSON.parse(data) as Event);
}

describe('Azure', () => {
  const dated = (deployment: string, work = 'chat/completions') =>
    `/openai/deployments/${deployment}/${work}?api-version=2024-10-21`;
  const safe = { filtered: false, severity: 'safe' };

  it('is understood by the official client, on either surface', async () => {
    const client = new AzureOpenAI({
      endpoint: fake.url,
      apiKey: 'k',
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
    const old = await client.chat.completions.create({ model: 'org/d', messages: hello });
    expect(old).toMatchObject({ model: 'org/d', choices: [{ message: { content: 'You said: Hi there' } }] });
    const v1 = new OpenAI({ baseURL: `${fake.url}/openai/v1`, apiKey: 'k', maxRetries: 0 });
    const texts: string[] = [];
    for await (const chunk of await v1.chat.completions.create({
      model: 'd',
      messages: hello,
      stream: true,
    })) {
      texts.push(chunk.choices[0]?.delta.content ?? '');
    }
    expect(texts.join('')).toBe('You said: Hi there');
    expect((await v1.models.list()).data.length).toBeGreaterThan(0);
    expect((await v1.responses.create({ model: 'd', input: 'Hi' })).output_text).toBe('You said: Hi');
    expect(fake.journal.entries.map(({ operation }) => operation)).toEqual([
      'azure-chat',
      'azure-chat',
      'azure-models',
      'azure-responses',
    ]);
  });

  it('takes the model from the address, scenario and all', async () => {
    const body = { model: 'ignored!status=500', messages: hello };
    expect(await (await post(dated('d!words=2'), body)).json()).toMatchObject({
      choices: [{ message: { content: 'one two' } }],
    });
    expect(fake.journal.entries[0]).toMatchObject({ operation: 'azure-chat', model: 'd!words=2' });
    expect(fake.journal.entries[0]?.path).toContain('api-version=2024-10-21');
  });

  it('begins a stream with its filters, and judges every piece', async () => {
    const chunks = await streamed(dated('d'), { messages: hello });
    expect(chunks[0]).toMatchObject({ id: '', model: '', created: 0, choices: [] });
    expect(chunks[0]?.prompt_filter_results).toEqual([
      { prompt_index: 0, content_filter_results: expect.objectContaining({ violence: safe }) },
    ]);
    expect(chunks[1]?.choices[0]?.content_filter_results).toEqual({});
    expect(chunks[2]?.choices[0]?.content_filter_results).toMatchObject({ hate: safe });
    expect(chunks.every(({ choices }) => choices.every((choice) => 'delta' in choice))).toBe(true);
  });

  it('sends chunks without a delta where the filters run behind', async () => {
    const chunks = await streamed(dated('async-d'), { messages: hello });
    const last = chunks.at(-1)?.choices[0];
    expect(last).toHaveProperty('content_filter_offsets');
    expect(last).not.toHaveProperty('delta');
  });

  it('serves completions, embeddings and pictures of a deployment', async () => {
    const completion = await (await post(dated('d', 'completions'), { prompt: 'Hi' })).json();
    expect(completion).toMatchObject({
      model: 'd',
      choices: [{ text: 'You said: Hi', content_filter_results: { hate: safe } }],
    });
    const embeddings = await (await post(dated('d', 'embeddings'), { input: ['a', 'b'] })).json();
    expect(embeddings).toMatchObject({ model: 'd', data: [{ index: 0 }, { index: 1 }] });
    expect((await post(dated('d', 'images/generations'), { prompt: 'x' })).status).toBe(200);
    expect(fake.journal.entries.map(({ operation }) => operation)).toEqual([
      'azure-completions',
      'azure-embeddings',
      'azure-images',
    ]);
  });

  it('words its failures without a type', async () => {
    expect(await (await post(dated('d!status=401!message=no'), {})).json()).toEqual({
      error: { code: '401', message: 'no' },
    });
    expect(await (await post(dated('d!status=404'), {})).json()).toMatchObject({
      error: { code: 'DeploymentNotFound' },
    });
    const refused = await post(dated('d!refusal=prompt'), { messages: hello });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } },
    });
    const cut = await (await post(dated('d!refusal=filter'), { messages: hello })).json();
    expect(cut).toMatchObject({
      choices: [
        { finish_reason: 'content_filter', content_filter_results: { violence: { filtered: true } } },
      ],
    });
  });

  it('leaves the other servers at the paths of OpenAI as they were', async () => {
    const plain = await (await post('/v1/chat/completions', { model: 'm', messages: hello })).json();
    expect(plain).not.toHaveProperty('prompt_filter_results');
  });
});

describe('Cohere', () => {
  const chat = (model: string, more: object = {}) => ({ model, messages: hello, ...more });

  it('answers whole', async () => {
    const answer = await (await post('/v2/chat', chat('m!thoughts=2!cached=1'))).json();
    expect(answer).toMatchObject({
      message: {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'one two' },
          { type: 'text', text: 'You said: Hi there' },
        ],
      },
      finish_reason: 'COMPLETE',
      usage: { tokens: { input_tokens: 2, output_tokens: 6 }, cached_tokens: 1 },
    });
    expect(fake.journal.entries[0]?.operation).toBe('cohere-chat');
  });

  it('answers in blocks, with all counts at the end and no [DONE]', async () => {
    const text = await (await post('/v2/chat', chat('m!thoughts=1', { stream: true }))).text();
    expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual([
      'message-start',
      'content-start',
      'content-delta',
      'content-end',
      'content-start',
      ...['content-delta', 'content-delta', 'content-delta', 'content-delta'],
      'content-end',
      'message-end',
    ]);
    expect(text).not.toContain('DONE');
    const events = await streamed('/v2/chat', chat('m'));
    expect(events.at(-1)).toMatchObject({
      delta: { finish_reason: 'COMPLETE', usage: { tokens: { input_tokens: 2 } } },
    });
  });

  it('plans before it calls a tool, and calls it with null', async () => {
    const forced = chat('m!no-args', { tools: [clock], tool_choice: 'REQUIRED' });
    expect(await (await post('/v2/chat', forced)).json()).toMatchObject({
      message: {
        tool_plan: 'I will use now.',
        tool_calls: [{ type: 'function', function: { name: 'now', arguments: 'null' } }],
      },
      finish_reason: 'TOOL_CALL',
    });
    const types = (await streamed('/v2/chat', forced)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['tool-call-start', 'tool-call-end', 'message-end']);
    expect(types).toContain('tool-plan-delta');
    const none = { ...forced, tool_choice: 'NONE' };
    expect(await (await post('/v2/chat', none)).json()).toMatchObject({ finish_reason: 'COMPLETE' });
  });

  it('hears results, documents, pictures, stop texts and limits', async () => {
    const ask = async (more: object) => (await (await post('/v2/chat', chat('m', more))).json()) as object;
    const document = { type: 'document', document: { data: { title: 'T', text: 'ten' } } };
    const result = { role: 'tool', tool_call_id: 'c', content: [document] };
    expect(await ask({ messages: [...hello, result] })).toMatchObject({
      message: { content: [{ text: 'The tool said: T ten' }] },
    });
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(await ask({ messages: [{ role: 'user', content: [picture] }] })).toMatchObject({
      message: { content: [{ text: 'You said: [image image/png 3 bytes]' }] },
    });
    expect(await ask({ stop_sequences: ['Hi'] })).toMatchObject({ finish_reason: 'STOP_SEQUENCE' });
    expect(await ask({ max_tokens: 1 })).toMatchObject({ finish_reason: 'MAX_TOKENS' });
  });

  it('words its failures, before and within a stream', async () => {
    const failed = await post('/v2/chat', chat('m!status=429!message=slow+down'));
    expect(failed.status).toBe(429);
    expect(await failed.json()).toMatchObject({ message: 'slow down', id: expect.any(String) });
    const events = await streamed('/v2/chat', chat('m!error-mid!message=oh+no'));
    expect(events.at(-1)).toMatchObject({
      type: 'message-end',
      delta: { finish_reason: 'ERROR', error: 'oh no' },
    });
    expect(await (await post('/v2/chat', chat('m!too-long'))).json()).toMatchObject({
      message: expect.stringMatching(/^too many tokens/),
    });
    expect((await streamed('/v2/chat', chat('m!no-done'))).at(-1)?.type).toBe('content-end');
  });

  it('embeds up to 96 texts, for a purpose', async () => {
    const ask = (texts: string[], more: object = { input_type: 'search_query' }) =>
      post('/v2/embed', { model: 'm', texts, embedding_types: ['float'], output_dimension: 4, ...more });
    const answer = (await (await ask(['a', 'b c'])).json()) as { embeddings: { float: number[][] } };
    expect(answer).toMatchObject({ meta: { billed_units: { input_tokens: 3 } }, texts: ['a', 'b c'] });
    expect(answer.embeddings.float.map((vector) => vector.length)).toEqual([4, 4]);
    for (const bad of [ask(Array.from({ length: 97 }, () => 'a')), ask(['a'], {}), ask([])]) {
      expect((await bad).status).toBe(400);
    }
  });
});
