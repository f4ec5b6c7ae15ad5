/** The metrics of queues and cards (contract 7), over real scrapes, beside what really happened. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorKinds } from '../../src/model/gateway-error.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream({ runtime: 'ollama', models: ['red', 'blue'] });
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'one', api_keys: ['sk-one'] },
        { app_id: 'two', api_keys: ['sk-two'] },
      ],
      backends: {
        sequence_groups: { gpu: { mode: 'swap', max_queue: 2 } },
        backends: [
          {
            type: 'ollama',
            name: 'card',
            base_url: upstream.url,
            sequence_group: 'gpu',
            models: { red: {}, blue: {} },
            residency: { settle_ms: 300 },
          },
          {
            type: 'openai-compatible',
            name: 'many',
            base_url: `${upstream.url}/v1`,
            supports: { chat: ['many-*'] },
          },
        ],
      },
    },
  });
  upstream.memory.mood.loadMs = 300;
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function chat(model: string, key = 'sk-one', more: RequestInit = {}): Promise<number> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    ...more,
    headers: { authorization: `Bearer ${key}`, ...(more.headers as Record<string, string>) },
  });
  await answer.arrayBuffer();
  return answer.status;
}

const scrape = async () => (await fetch(`${gateway.adminUrl}/metrics`)).text();

/** Undefined: there is no such series. */
async function value(series: string): Promise<number | undefined> {
  const line = (await scrape()).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

async function labelValues(metric: RegExp, label: string): Promise<Set<string>> {
  const lines = (await scrape()).split('\n').filter((line) => metric.test(line));
  return new Set(lines.flatMap((line) => new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? []));
}

/** Red, which is loaded by then, answers somebody for a while. */
async function occupy(forMs: number): Promise<{ readonly answered: Promise<number> }> {
  expect(await chat('red')).toBe(200);
  upstream.queueScenarios(`delay=${forMs}`);
  const answered = chat('red');
  await waitFor('it to run', async () => (await value('sluice_requests_in_flight{backend="card"}')) === 1);
  return { answered };
}

const refused = (reason: string) => value(`sluice_rejected_total{reason="${reason}"}`);

it('loads are counted and timed by group and model, though a request was not what loaded it', async () => {
  expect(await chat('red')).toBe(200);
  expect(await value('sluice_model_load_seconds_count{group="gpu",model="red"}')).toBe(1);
  expect(await value('sluice_model_load_seconds_sum{group="gpu",model="red"}')).toBeGreaterThanOrEqual(0.3);
  expect(await value('sluice_swaps_total{group="gpu"}')).toBeUndefined();
});

it('who waits is in the depth while it waits, and in the wait when it is over', async () => {
  const before = (await value('sluice_queue_wait_seconds_sum{group="gpu"}')) ?? 0;
  const busyBefore = (await value('sluice_slot_busy_seconds_total{group="gpu",app="one"}')) ?? 0;
  const { answered } = await occupy(1_500);
  const waiting = [chat('blue', 'sk-two'), chat('blue', 'sk-two')];
  await waitFor('two to wait', async () => (await value('sluice_queue_depth{group="gpu"}')) === 2);
  expect(await chat('blue')).toBe(429);
  expect(await refused('queue_full')).toBe(1);
  expect(await Promise.all([answered, ...waiting])).toEqual([200, 200, 200]);

  expect(await value('sluice_queue_depth{group="gpu"}')).toBe(0);
  expect(await value('sluice_swaps_total{group="gpu"}')).toBe(1);
  expect(await value('sluice_model_load_seconds_count{group="gpu",model="blue"}')).toBe(1);
  const waitedS = ((await value('sluice_queue_wait_seconds_sum{group="gpu"}')) ?? 0) - before;
  expect(waitedS).toBeGreaterThan(1);
  const busyS = ((await value('sluice_slot_busy_seconds_total{group="gpu",app="one"}')) ?? 0) - busyBefore;
  expect(busyS).toBeGreaterThanOrEqual(1);
  expect(busyS).toBeLessThan(waitedS);
  expect(await value('sluice_slot_busy_seconds_total{group="gpu",app="two"}')).toBeGreaterThan(0);
});

it('refusals are counted by a reason of the closed list, and leaving is none', async () => {
  const { answered } = await occupy(2_500);
  const leaving = new AbortController();
  const left = chat('blue', 'sk-one', { signal: leaving.signal }).catch(() => 'left');
  expect(await chat('blue', 'sk-one', { headers: { 'x-stainless-timeout': '1' } })).toBe(504);
  leaving.abort();
  expect(await left).toBe('left');
  expect(await answered).toBe(200);
  expect(await refused('queue_timeout')).toBe(1);

  upstream.memory.mood.fails = true;
  expect(await chat('blue')).toBe(503);
  upstream.memory.mood.fails = false;
  expect(await refused('no_healthy_backend')).toBeGreaterThanOrEqual(1);

  const reasons = await labelValues(/^sluice_rejected_total\{/, 'reason');
  expect([...reasons].filter((reason) => !(reason in errorKinds))).toEqual([]);
  expect(reasons).not.toContain('client_left');
});

it('labels are bounded: groups by the configuration, models by 200 and "other"', async () => {
  const names = Array.from({ length: 230 }, (_, at) => `many-${at}`);
  while (names.length > 0) await Promise.all(names.splice(0, 23).map((name) => chat(name)));
  const models = await labelValues(/^sluice_/, 'model');
  expect(models.size).toBe(201);
  expect(models).toContain('other');
  expect(await labelValues(/^sluice_/, 'group')).toEqual(new Set(['gpu']));
});
