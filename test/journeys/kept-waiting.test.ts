/** A stream that waits for its turn is told so, in ways that no client trips over; who is refused quickly still has a status. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type SseStream } from '../support/sse-client.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

/** One lane each, so that no test waits for another. */
const lanes = [
  ...['chat', 'claude', 'delta', 'none', 'late', 'broken', 'lines', 'quick', 'twins'],
  ...['sdk', 'sdk-claude', 'slow', 'pinged'],
];

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'one', api_keys: ['sk-one'] },
        { app_id: 'delta', api_keys: ['sk-delta'], keepalive: 'delta' },
        { app_id: 'none', api_keys: ['sk-none'], keepalive: 'none' },
      ],
      backends: {
        sequence_groups: Object.fromEntries(
          lanes.map((lane) => [
            lane,
            {
              header_hold_ms: lane === 'quick' ? 60_000 : 100,
              max_queue_wait_s: lane === 'late' || lane === 'quick' ? 0.4 : 20,
            },
          ]),
        ),
        backends: [
          ...lanes.map((lane) => ({
            type: 'openai-compatible',
            name: lane,
            base_url: `${upstream.url}/v1`,
            sequence_group: lane,
            supports: { chat: [`${lane}*`] },
            quirks: { dialects: ['openai-chat'] },
          })),
          // It says one word at once and the other after a silence.
          { type: 'echo', name: 'echo', sequence_group: 'pinged', quirks: { word_delay_ms: 14_000 } },
        ],
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const bodies = {
  '/v1/chat/completions': (model: string) => ({
    model,
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  }),
  '/v1/messages': (model: string) => ({
    model,
    stream: true,
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
  }),
  '/api/chat': (model: string) => ({ model, messages: [{ role: 'user', content: 'Hi' }] }),
} as const;

function ask(path: keyof typeof bodies, model: string, key = 'sk-one'): Promise<SseStream> {
  const headers = { authorization: `Bearer ${key}` };
  return openStream(gateway.baseUrl + path, { body: bodies[path](model), headers });
}

/** Somebody who is served first, for so long. */
async function occupy(lane: string, forMs: number): Promise<void> {
  const first = await ask('/v1/chat/completions', `${lane}!words=2!slow=${forMs / 2}`);
  await first.waitForFrames(1);
}

describe('a stream that waits', () => {
  it('gets its head and a comment with a single newline, and then its answer as if nothing had been', async () => {
    await occupy('chat', 900);
    const stream = await ask('/v1/chat/completions', 'chat!words=2');
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({ 'x-sluice-backend': 'chat', 'x-sluice-model': 'chat!words=2' });
    expect(Number(stream.headers['x-sluice-queue-ms'])).toBeGreaterThan(0);
    const frames = await stream.waitForEnd();
    expect(stream.text).toMatch(/^: queued 1( eta \d+)?\ndata: /);
    expect(frames.at(-1)?.data).toBe('[DONE]');
  });

  it('of Anthropic’s gets the comment before its message_start', async () => {
    await occupy('claude', 900);
    const stream = await ask('/v1/messages', 'claude!words=2');
    const frames = await stream.waitForEnd();
    expect(stream.text).toMatch(/^: queued 1( eta \d+)?\nevent: message_start\n/);
    expect(frames.at(-1)?.event).toBe('message_stop');
  });

  it('gets an empty delta where its app wants one', async () => {
    await occupy('delta', 900);
    const stream = await ask('/v1/chat/completions', 'delta!words=2', 'sk-delta');
    const [first] = await stream.waitForFrames(1);
    expect(JSON.parse(first?.data ?? '')).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'delta!words=2',
      choices: [{ index: 0, delta: { content: '' }, finish_reason: null }],
    });
    expect(first?.comments).toEqual([]);
    expect((await stream.waitForEnd()).at(-1)?.data).toBe('[DONE]');
  });

  it('gets nothing where its app wants nothing', async () => {
    await occupy('none', 900);
    const stream = await ask('/v1/chat/completions', 'none!words=2', 'sk-none');
    await stream.waitForEnd();
    expect(stream.headersAtMs).toBeGreaterThan(300);
    expect(stream.text).toMatch(/^data: /);
  });

  it('of lines gets nothing: there is nothing its clients skip', async () => {
    await occupy('lines', 900);
    const stream = await ask('/api/chat', 'lines!words=2');
    await stream.waitForEnd();
    expect(stream.text).toMatch(/^\{/);
  });

  it('and waits in vain is told so in band', async () => {
    await occupy('late', 4_000);
    const stream = await ask('/v1/chat/completions', 'late!words=2');
    const frames = await stream.waitForEnd();
    expect([stream.status, stream.ending]).toEqual([200, 'end']);
    expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({ error: { code: 'queue_timeout' } });
    const id = stream.headers['x-request-id'];
    const [row] = gateway.ledgerRows().filter((one) => one['request_id'] === id);
    expect([row?.['status'], row?.['error_code']]).toEqual([504, 'queue_timeout']);
  });

  it('and is refused by its backend is told so in band', async () => {
    await occupy('broken', 900);
    const stream = await ask('/v1/messages', 'broken!status=429!message=slow+down');
    const frames = await stream.waitForEnd();
    expect(stream.status).toBe(200);
    expect(frames.at(-1)?.event).toBe('error');
    expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({ error: { type: 'rate_limit_error' } });
  });

  it('is told its own place, though another bears the same id', async () => {
    await occupy('twins', 4_000);
    const headers = { authorization: 'Bearer sk-one', 'x-request-id': 'twin' };
    const twins: SseStream[] = [];
    for (const place of [1, 2]) {
      const body = bodies['/v1/chat/completions']('twins!words=1');
      const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, { body, headers });
      expect(stream.headers).toMatchObject({
        'x-request-id': 'twin',
        'x-sluice-queue-position': String(place),
      });
      twins.push(stream);
    }
    await waitFor('both to be told', () => twins.every(({ text }) => text !== ''));
    expect(twins.map(({ text }) => text.match(/queued \d/)?.[0])).toEqual(['queued 1', 'queued 2']);
    const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as {
      lanes: { name: string; requests: { request_id: string; position: number | null }[] }[];
    };
    const shown = live.lanes.find(({ name }) => name === 'twins')?.requests ?? [];
    const places = shown.filter(({ request_id }) => request_id === 'twin').map(({ position }) => position);
    expect(places.toSorted()).toEqual([1, 2]);
    for (const twin of twins) twin.abort();
  });

  it('but is refused before its head has left has a status', async () => {
    await occupy('quick', 4_000);
    const stream = await ask('/v1/chat/completions', 'quick!words=2');
    await stream.waitForEnd();
    expect(stream.status).toBe(504);
  });
});

describe('the official SDKs do not notice', () => {
  it('OpenAI’s', async () => {
    await occupy('sdk', 900);
    const client = new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: 'sk-one', maxRetries: 0 });
    const stream = client.chat.completions.stream({
      model: 'sdk!words=2',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
  });

  it('Anthropic’s', async () => {
    await occupy('sdk-claude', 900);
    const client = new Anthropic({ baseURL: gateway.baseUrl, apiKey: 'sk-one', maxRetries: 0 });
    const stream = client.messages.stream({
      model: 'sdk-claude!words=2',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect((await stream.finalMessage()).stop_reason).toBe('end_turn');
  });
});

describe.concurrent('a stream that has its turn, and whose backend is silent', () => {
  it('goes on getting comments until its answer begins', async () => {
    await occupy('slow', 600);
    const stream = await ask('/v1/chat/completions', 'slow!words=1!delay=13000');
    const frames = await stream.waitForEnd(30_000);
    expect(stream.text).toMatch(/^: queued 1( eta \d+)?\n: running\ndata: /);
    expect(frames.at(-1)?.data).toBe('[DONE]');
  }, 40_000);

  it('gets pings after its message_start where it is Anthropic’s, and the SDK does not notice', async () => {
    await occupy('pinged', 600);
    let text = '';
    const client = new Anthropic({
      baseURL: gateway.baseUrl,
      apiKey: 'sk-one',
      maxRetries: 0,
      fetch: async (url, init) => {
        const answer = await fetch(url as string, init as RequestInit);
        const [mine, theirs] = (answer.body as ReadableStream<Uint8Array>).tee();
        void listen(mine, (piece) => {
          text += piece;
        });
        return new Response(theirs, { status: answer.status, headers: answer.headers });
      },
    });
    const stream = client.messages.stream({
      model: 'echo',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text: 'Echo: Hi' }]);
    const events = [...text.matchAll(/^(?:event: (\S+)|: (\w+)).*$/gm)].map((found) => found[1] ?? found[2]);
    expect(events).toEqual([
      'queued',
      'message_start',
      'content_block_start',
      'content_block_delta',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(text).toContain('event: ping\ndata: {"type":"ping"}\n\n');
  }, 40_000);
});

async function listen(body: ReadableStream<Uint8Array>, hear: (piece: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of body) hear(decoder.decode(piece, { stream: true }));
}
