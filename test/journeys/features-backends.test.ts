/** What docs/features.md promises of backends, each seen at the backend's own socket: kinds, keys, headers, times, prices. */
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RawUpstream, startRawUpstream } from '../support/raw-upstream.ts';
import { openStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let raw: RawUpstream;
let hole: { url: string; close(): void };
let gateway: RunningGateway;

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'raw', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const called = (index: number, name: string) => ({
  tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '{}' } }],
});
const twoTools = `${chunk({ role: 'assistant', ...called(0, 'read') })}${chunk(called(1, 'write'))}${chunk({}, 'tool_calls')}data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"raw","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":21,"total_tokens":24}}\n\ndata: [DONE]\n\n`;

/** As each kind is written in a configuration; those that run on one's own machine get `/v1` added where it is missing. */
const kinds = [
  'openai',
  'openai-compatible',
  'vllm',
  'remote',
  'ollama',
  'llamacpp',
  'lmstudio',
  'xai',
  'mistral',
];
const ownRuntimes = ['vllm', 'remote', 'ollama', 'llamacpp', 'lmstudio'];

beforeAll(async () => {
  [upstream, hole] = [await startFakeUpstream(), await openHole()];
  raw = await startRawUpstream([
    `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${Buffer.byteLength(twoTools)}\r\n\r\n${twoTools}`,
  ]);
  const url = `${upstream.url}/v1`;
  const named = (name: string, more: object) => ({
    type: 'openai-compatible',
    name,
    base_url: url,
    supports: Object.fromEntries(['chat', 'images', 'embeddings'].map((op) => [op, [name, `${name}!*`]])),
    ...more,
  });
  gateway = await startGateway({
    config: {
      daemon: {
        timeouts: { default_connect_s: 1, default_read_s: 2 },
        metrics: { compat: ['ai-gateway', 'selfhosted'] },
      },
      apps: [
        { app_id: 'one', api_keys: ['sk-one'] },
        {
          app_id: 'own',
          api_keys: ['sk-own'],
          backend: {
            type: 'openai-compatible',
            base_url: `${upstream.url}/elsewhere/v1`,
            api_key: 'own-upstream-key',
          },
        },
      ],
      backends: {
        sequence_groups: { gpu: { description: 'the one graphics card' } },
        backends: [
          ...kinds.map((type) =>
            named(`by-${type}`, {
              type,
              base_url: ownRuntimes.includes(type) ? upstream.url : url,
              ...(ownRuntimes.includes(type) ? {} : { api_key: `key-of-${type}` }),
            }),
          ),
          named('dressed', {
            extra_headers: { 'X-Lab': 'blog' },
            metadata: { anthropic_version: '2023-06-01' },
          }),
          named('hurried', { request_timeout_s: 0.5 }),
          named('patient', {}),
          named('hole', { base_url: `${hole.url}/v1` }),
          named('priced', {
            sequence_group: 'gpu',
            cost: { default: { prompt: 0, completion: 0, image: 2 } },
          }),
          named('raw', { base_url: `${raw.url}/v1` }),
          { type: 'openai-compatible', name: 'reporting', base_url: url, auto_models: true },
        ],
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
  await raw?.close();
  hole?.close();
});

/** A port that answers no connect: its program is stopped, and its line of waiting connections is full. */
async function openHole(): Promise<{ url: string; close(): void }> {
  const listen = `const s = require('node:net').createServer();
    s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port));`;
  const program = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => {
    program.stdout.once('data', (line) => resolve(Number(line)));
  });
  program.kill('SIGSTOP');
  const sockets: Socket[] = [];
  for (let count = 0; count < 4; count++) sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    program.kill('SIGKILL');
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];

interface Answer {
  readonly status: number;
  /** Whatever the operation answers; each test says what should be there. */
  readonly body: { readonly data?: readonly { readonly id?: string }[]; readonly owned_by?: string };
}

async function answerOf(answer: Response): Promise<Answer> {
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

async function post(path: string, body: object, key = 'sk-one'): Promise<Answer> {
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return answerOf(answer);
}

const chat = (model: string, key?: string) =>
  post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] }, key);

async function streamed(model: string, more: object = {}) {
  const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, {
    headers: { authorization: 'Bearer sk-one' },
    body: { model, stream: true, messages: [{ role: 'user', content: 'use tool' }], ...more },
  });
  await stream.waitForEnd();
  return stream.frames.map(({ data }) => data).filter((data) => data !== '' && data !== '[DONE]');
}

/** The last work that came; questions about health come in between. */
const works = () => upstream.journal.entries.filter(({ method }) => method === 'POST');

const lastRow = () => gateway.ledgerRows().at(-1);

describe('a backend of type', () => {
  it.each(kinds)('%s is called where its API is, with its own key', async (type) => {
    expect(await chat(`by-${type}`)).toMatchObject({ status: 200 });
    const { path, headers } = works().at(-1) ?? {};
    expect(path).toBe(type === 'ollama' ? '/api/chat' : '/v1/chat/completions');
    expect(headers?.['authorization']).toBe(ownRuntimes.includes(type) ? undefined : `Bearer key-of-${type}`);
    expect(JSON.stringify(headers)).not.toContain('sk-one');
  });

  it('mistral is not asked for usage, which it would refuse; others are', async () => {
    await streamed('by-mistral');
    expect(works().at(-1)?.body).not.toContain('stream_options');
    await streamed('by-vllm');
    expect(works().at(-1)?.body).toContain('"include_usage":true');
  });

  it('ollama streams token by token, and embeds many inputs in one call', async () => {
    const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, {
      headers: { authorization: 'Bearer sk-one' },
      body: { model: 'by-ollama!words=6!slow=60', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    });
    await stream.waitForFrames(2);
    expect(works().at(-1)?.tEnded).toBeUndefined();
    await stream.waitForEnd();
    const calls = works().length;
    const answer = await post('/v1/embeddings', { model: 'by-ollama', input: ['one', 'two', 'three'] });
    expect(answer.body.data).toHaveLength(3);
    expect(works()).toHaveLength(calls + 1);
  });
});

it('an app may have a backend of its own: address, key and all', async () => {
  expect(await chat('m', 'sk-own')).toMatchObject({ status: 200 });
  const { path, headers } = works().at(-1) ?? {};
  expect(path).toBe('/elsewhere/v1/chat/completions');
  expect(headers?.['authorization']).toBe('Bearer own-upstream-key');
});

it('extra headers and the metadata of a backend are sent to it, and to no other', async () => {
  await chat('dressed');
  const sent = works().at(-1)?.headers;
  expect(sent).toMatchObject({ 'x-lab': 'blog', 'anthropic-version': '2023-06-01' });
  await chat('patient');
  expect(works().at(-1)?.headers).not.toHaveProperty('x-lab');
});

it('the models of a backend with auto_models are fetched, listed, and served', async () => {
  const get = async (path: string) =>
    (await answerOf(await fetch(gateway.baseUrl + path, { headers: { authorization: 'Bearer sk-one' } })))
      .body;
  await waitFor('the list', async () => (await get('/v1/models/llama3.2')).owned_by === 'reporting');
  const asked = upstream.journal.entries.filter(({ path }) => path === '/v1/models').length;
  const { data } = await get('/v1/models');
  expect(data?.map(({ id }) => id)).toEqual(expect.arrayContaining(['m', 'm2', 'llama3.2']));
  expect(upstream.journal.entries.filter(({ path }) => path === '/v1/models')).toHaveLength(asked);
  expect(await chat('llama3.2')).toMatchObject({ status: 200 });
});

describe.concurrent('time', () => {
  it.each([
    ['hurried!delay=9000', 400, 2_000, 'its own request_timeout_s'],
    ['patient!delay=9000', 1_800, 4_000, 'the default_read_s of the daemon'],
  ])('%s has %i to %i ms for its whole answer: %s', async (model, atLeast, atMost) => {
    const startedAt = performance.now();
    expect(await chat(model)).toMatchObject({ status: 504, body: { error: { code: 'upstream_timeout' } } });
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(atLeast);
    expect(took).toBeLessThan(atMost);
  });

  it('to connect is bounded by default_connect_s', async () => {
    const startedAt = performance.now();
    expect(await chat('hole')).toMatchObject({ status: 502, body: { error: { code: 'upstream_connect' } } });
    expect(performance.now() - startedAt).toBeLessThan(2_800);
  });
});

it('connections to a backend are kept and used again', async () => {
  for (let count = 0; count < 5; count++) await streamed('raw');
  const work = raw.requests.filter(({ head }) => head.startsWith('POST'));
  expect(new Set(work.slice(-5).map(({ connection }) => connection)).size).toBe(1);
});

it('images and embeddings are charged and counted', async () => {
  await post('/v1/images/generations', { model: 'priced', prompt: 'a gate', n: 3 });
  expect(lastRow()).toMatchObject({ operation: 'images', images: 3, cost: 6, is_unpriced: 0 });
  await post('/v1/embeddings', { model: 'priced', input: 'four words of text' });
  expect(lastRow()).toMatchObject({ operation: 'embeddings', prompt_tokens: 4, completion_tokens: 0 });
  const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as {
    per_backend: Record<string, object>;
    lanes: { description: string }[];
  };
  expect(live.per_backend['priced']).toMatchObject({ requests: 2, cost: 6 });
  expect(live.lanes.map(({ description }) => description)).toContain('the one graphics card');
});

describe('tools', () => {
  it('that are called together in one stream all reach the client, and usage the ledger', async () => {
    const frames = await streamed('raw', { tools });
    const names = frames.flatMap((data) => JSON.parse(data).choices[0]?.delta.tool_calls ?? []);
    expect(names.map((call) => [call.index, call.function.name])).toEqual([
      [0, 'read'],
      [1, 'write'],
    ]);
    expect(lastRow()).toMatchObject({ outcome: 'complete', completion_tokens: 21 });
  });

  it('end a stream with tool_calls also where it is made of a whole answer', async () => {
    const frames = await streamed('patient!json-instead-of-stream', { tools });
    const choices = frames.flatMap((data) => JSON.parse(data).choices);
    expect(choices.flatMap(({ delta }) => delta.tool_calls ?? [])[0]).toMatchObject({
      function: { name: 'look_up' },
    });
    expect(choices.map(({ finish_reason: reason }) => reason).filter(Boolean)).toEqual(['tool_calls']);
  });
});

it('the predecessors’ dashboards find their names', async () => {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  expect(text).toMatch(
    /ai_gateway_requests_total\{client_id="one",model="patient[^"]*",status="200"\} [1-9]/,
  );
  expect(text).toMatch(
    /chat_api_requests_total\{method="POST",path="\/v1\/chat\/completions",status="200"\} [1-9]/,
  );
});

it('counts characters and tells timings in the body, where the echo backend is told to', async () => {
  const own = await startGateway({
    config: {
      backends: [{ type: 'echo', name: 'echo', quirks: { usage: 'characters', body_metrics: true } }],
    },
  });
  try {
    const answer = await fetch(`${own.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.key}` },
      body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hello local' }] }),
    });
    expect(await answer.json()).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'Echo: Hello local' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 17, total_tokens: 17 },
      metrics: { queue_time: expect.any(Number), tftt: expect.any(Number) },
    });
  } finally {
    await own.stop();
  }
});
