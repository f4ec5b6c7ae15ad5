/** A program with nothing changed but its base URL: the official SDK, an old and a new major, through the gateway. */
import OpenAI from 'openai';
import OldOpenAI from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'program', name: 'A program' }],
      backends: [
        { type: 'echo', name: 'echo', quirks: { word_delay_ms: 5 } },
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: everything('m*'),
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

function everything(pattern: string) {
  const operations = ['chat', 'completions', 'embeddings', 'images', 'responses'];
  return Object.fromEntries(operations.map((operation) => [operation, [pattern]]));
}

const ask = [{ role: 'user' as const, content: 'Grüße, 世界 👋' }];

describe.each([
  ['openai 6', (baseURL: string, apiKey: string) => new OpenAI({ baseURL, apiKey, maxRetries: 0 })],
  [
    'openai 4',
    (baseURL: string, apiKey: string) =>
      new OldOpenAI({ baseURL, apiKey, maxRetries: 0 }) as unknown as OpenAI,
  ],
])('%s', (_name, connect) => {
  const sdk = () => connect(`${gateway.baseUrl}/v1`, gateway.key);

  it.each([
    ['echo', 'Echo: Grüße, 世界 👋'],
    ['m1', 'You said: Grüße, 世界 👋'],
  ])('chats with %s, whole', async (model, expected) => {
    const answer = await sdk().chat.completions.create({ model, messages: ask });
    expect(answer.choices[0]?.message.content).toBe(expected);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it.each([
    ['echo', 'Echo: Grüße, 世界 👋'],
    ['m1', 'You said: Grüße, 世界 👋'],
    ['m1!bytes=3!crlf', 'You said: Grüße, 世界 👋'],
    ['m1!comments!no-done', 'You said: Grüße, 世界 👋'],
  ])('chats with %s, streamed, and sees no usage it did not ask for', async (model, expected) => {
    const stream = await sdk().chat.completions.create({ model, messages: ask, stream: true });
    let text = '';
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      expect(chunk.usage ?? null).toBeNull();
    }
    expect(text).toBe(expected);
  });

  it.each(['echo', 'm1'])('streams usage from %s when it is asked for', async (model) => {
    const options = { stream: true as const, stream_options: { include_usage: true } };
    const stream = await sdk().chat.completions.create({ model, messages: ask, ...options });
    let usage: { total_tokens: number } | null | undefined;
    for await (const chunk of stream) usage = chunk.usage ?? usage;
    expect(usage?.total_tokens).toBeGreaterThan(0);
  });

  it.each(['echo', 'm1'])('completes with %s, whole and streamed', async (model) => {
    const whole = await sdk().completions.create({ model, prompt: 'Once' });
    expect(whole.choices[0]?.text).toContain('Once');
    let text = '';
    for await (const chunk of await sdk().completions.create({ model, prompt: 'Once', stream: true })) {
      text += chunk.choices[0]?.text ?? '';
    }
    expect(text).toBe(whole.choices[0]?.text);
  });

  it.each(['echo', 'm1'])('embeds with %s, as numbers whatever travels on the wire', async (model) => {
    const answer = await sdk().embeddings.create({ model, input: ['one', 'two'] });
    expect(answer.data).toHaveLength(2);
    expect(answer.data[0]?.embedding.every((number) => Number.isFinite(number))).toBe(true);
  });

  it.each(['echo', 'm1'])('makes images with %s', async (model) => {
    const answer = await sdk().images.generate({
      model,
      prompt: 'a gate',
      n: 2,
      response_format: 'b64_json',
    });
    expect(answer.data).toHaveLength(2);
    expect(
      Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it.each(['echo', 'm1'])('asks %s for a response, whole and streamed', async (model) => {
    const whole = await sdk().responses.create({ model, input: 'Hello' });
    expect(whole.output_text).toContain('Hello');
    let text = '';
    let last = '';
    for await (const event of await sdk().responses.create({ model, input: 'Hello', stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event.type;
    }
    expect(text).toBe(whole.output_text);
    expect(last).toBe('response.completed');
  });

  it('calls tools in parallel', async () => {
    const tools = [
      { type: 'function' as const, function: { name: 'look_up', parameters: { type: 'object' } } },
    ];
    const messages = [{ role: 'user' as const, content: 'use tool please' }];
    const answer = await sdk().chat.completions.create({ model: 'm1', messages, tools });
    expect(answer.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'look_up' } });
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('lists the models this key may use', async () => {
    const ids: string[] = [];
    for await (const model of sdk().models.list()) ids.push(model.id);
    expect(ids).toContain('echo');
    expect((await sdk().models.retrieve('echo')).id).toBe('echo');
    await expect(sdk().models.retrieve('no/such:model')).rejects.toMatchObject({ status: 404 });
  });

  it('gets errors it understands', async () => {
    const wrong = connect(`${gateway.baseUrl}/v1`, 'sk-wrong');
    await expect(wrong.chat.completions.create({ model: 'echo', messages: ask })).rejects.toMatchObject({
      status: 401,
      code: 'invalid_key',
    });
    await expect(sdk().chat.completions.create({ model: 'nobody', messages: ask })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });
});

it('leaves one row in the ledger for every request, with its usage', async () => {
  const sdk = new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key });
  const { response } = await sdk.chat.completions.create({ model: 'm1', messages: ask }).withResponse();
  const requestId = response.headers.get('x-request-id');
  const rows = gateway.ledgerRows().filter((row) => row['request_id'] === requestId);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    app_id: 'program',
    backend: 'fake',
    model: 'm1',
    operation: 'chat',
    status: 200,
  });
  expect(Number(rows[0]?.['prompt_tokens'])).toBeGreaterThan(0);
});
