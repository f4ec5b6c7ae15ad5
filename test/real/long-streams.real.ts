/** Too slow for every run: a stream that goes on for longer than any timeout of an HTTP server. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream } from '../support/sse-client.ts';

/** Longer than the server waits for a request (120 s), for its head (10 s), and between two of them (30 s). */
const LASTS_MS = 130_000;
const WORDS = 65;

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const backend = { type: 'openai-compatible', name: 'fake', base_url: `${upstream.url}/v1` };
  gateway = await startGateway({ config: { backends: [{ ...backend, supports: { chat: ['m*'] } }] } });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

it(
  'a stream of more than two minutes outlives every timeout of the server',
  async () => {
    const model = `m!slow=${LASTS_MS / WORDS}!words=${WORDS}`;
    const startedAt = performance.now();
    const stream = await openStream(`${gateway.baseUrl}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${gateway.key}` },
      body: { model, messages: [{ role: 'user', content: 'Hi' }], stream: true },
    });
    await stream.waitForEnd(LASTS_MS + 30_000);
    expect(performance.now() - startedAt).toBeGreaterThan(LASTS_MS * 0.95);
    expect(stream.frames.at(-1)?.data).toBe('[DONE]');
    const said = stream.frames
      .slice(0, -1)
      .map(({ data }) => JSON.parse(data).choices[0]?.delta.content ?? '');
    expect(said.join('').trim().split(/\s+/)).toHaveLength(WORDS);
  },
  LASTS_MS + 60_000,
);
