/** Thousands of requests of every kind, many of them broken off: afterwards nothing of them is left. */
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['m*'] },
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const descriptors = () => readdirSync(`/proc/${gateway.pid}/fd`).length;

const models = [
  'm',
  'm!words=5',
  'm!words=9!cut=4',
  'm!status=500',
  'm!words=9!error-mid=3',
  'm!garbage-json',
];

/** Every fourth leaves after a moment, before the head or in mid-stream. */
async function one(agent: Agent, at: number): Promise<void> {
  const leaving = new AbortController();
  const isLeaving = at % 4 === 0;
  if (isLeaving) setTimeout(() => leaving.abort(), 3 + (at % 17));
  const model = isLeaving ? (at % 8 === 0 ? 'm!words=50!slow=5' : 'm!delay=60') : models[at % models.length];
  const body = { model, stream: at % 2 === 0, messages: [{ role: 'user', content: 'Hi' }] };
  const { body: answer } = await request(`${gateway.baseUrl}/v1/chat/completions`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  await answer.text();
}

async function storm(count: number): Promise<void> {
  const agent = new Agent({ connections: 40 });
  let next = 0;
  const client = async () => {
    while (next < count) await one(agent, next++).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: 40 }, client));
  await agent.close();
}

it('three thousand leave no slot, no call, no descriptor and little memory behind', async () => {
  await storm(1_500);
  const [warmMb, warmDescriptors] = [residentMb(gateway.pid), descriptors()];
  await storm(3_000);
  await waitFor('all to have ended', async () => {
    const answer = await fetch(`${gateway.adminUrl}/stats/live`);
    const { per_backend, per_app } = (await answer.json()) as {
      per_backend: { fake: { running: number; queue_len: number } };
      per_app: { test: { queued: number } };
    };
    return per_backend.fake.running + per_backend.fake.queue_len + per_app.test.queued === 0;
  });
  expect(residentMb(gateway.pid) - warmMb).toBeLessThan(80);
  await waitFor('the descriptors', () => descriptors() <= warmDescriptors + 20);
  const outcomes = new Set(gateway.ledgerRows().map(({ outcome }) => outcome));
  expect(outcomes).toEqual(new Set(['complete', 'partial', 'failed', 'cancelled']));
});

it('a list of models without end fills no memory', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  const piece = `f4240\r\n${'x'.repeat(1_000_000)}\r\n`;
  const hostile = await startRawUpstream([head, ...Array.from({ length: 300 }, () => piece)]);
  const own = await startGateway({
    config: {
      backends: [
        { type: 'openai-compatible', name: 'raw', base_url: `${hostile.url}/v1`, auto_models: true },
      ],
    },
  });
  const before = residentMb(own.pid);
  let peakMb = 0;
  const until = performance.now() + 2_000;
  await waitFor(
    'two seconds',
    () => {
      peakMb = Math.max(peakMb, residentMb(own.pid));
      return performance.now() > until;
    },
    { everyMs: 20 },
  );
  expect(hostile.requests.some(({ head: asked }) => asked.startsWith('GET /v1/models'))).toBe(true);
  expect(peakMb - before).toBeLessThan(150);
  await own.stop();
  await hostile.close();
});
