/** Ledger, live state, metrics, traces: what operators read is what happened. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const config = (compat: readonly string[]) => ({
  daemon: { metrics: { compat }, logging: { redact_prompts: false } },
  apps: [
    { app_id: 'one', api_keys: ['sk-one'], trace: { file: 'trace.jsonl', include_response: true } },
    { app_id: 'late', api_keys: [{ key: 'sk-late', expires_at: '2020-01-01T00:00:00Z' }] },
    { app_id: 'off', api_keys: ['sk-off'], active: false },
  ],
  backends: {
    sequence_groups: {
      gpu: { description: 'The card in the cellar', max_queue: 1, max_queue_wait_s: 3 },
    },
    backends: [
      {
        type: 'openai-compatible',
        name: 'fake',
        base_url: `${upstream.url}/v1`,
        sequence_group: 'gpu',
        supports: { chat: ['m*'] },
      },
      { type: 'echo', name: 'echo' },
    ],
  },
});

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: config(['selfhosted']) });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

function ask(requestId: string, model: string, key = 'sk-one', stream = false): Promise<string> {
  return fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'x-request-id': requestId },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
  }).then((answer) => answer.text());
}

const row = (requestId: string) => gateway.ledgerRows().find((line) => line['request_id'] === requestId);

const metricsText = async () => (await fetch(`${gateway.adminUrl}/metrics`)).text();

it('a key that has expired and an app that is switched off are known by their app', async () => {
  await ask('expired', 'echo', 'sk-late');
  await ask('inactive', 'echo', 'sk-off');
  expect(row('expired')).toMatchObject({ app_id: 'late', error_code: 'expired_key', outcome: 'refused' });
  expect(row('inactive')).toMatchObject({ app_id: 'off', error_code: 'app_inactive', outcome: 'refused' });
  const logged = () => gateway.stderrLines.find((line) => line.includes('"request_id":"expired"'));
  await waitFor('its line in the log', () => logged() !== undefined);
  expect(JSON.parse(logged() ?? '')).toMatchObject({ app: 'late' });
});

it('a full queue and a wait that was too long are refusals', async () => {
  const running = ask('running', 'm!words=120!slow=40', 'sk-one', true);
  const group = async () => {
    const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as {
      per_group: Record<string, { running: number; queued: number }>;
      lanes: { name: string; description: string }[];
    };
    return { ...live.per_group['gpu'], ...live.lanes.find((lane) => lane.name === 'gpu') };
  };
  await waitFor('one to run', async () => (await group()).running === 1);
  const waiting = ask('timed-out', 'm');
  await waitFor('one to wait', async () => (await group()).queued === 1);
  expect((await group()).description).toBe('The card in the cellar');
  await ask('no-room', 'm');
  await waiting;
  await running;
  expect(row('no-room')).toMatchObject({ error_code: 'queue_full', outcome: 'refused' });
  expect(row('no-room')?.['queue_ms']).toBeLessThan(100);
  expect(row('timed-out')).toMatchObject({ error_code: 'queue_timeout', outcome: 'refused' });
});

it('what this house answers itself is free, not unpriced; nothing was cached', async () => {
  await ask('free', 'echo');
  expect(row('free')).toMatchObject({ is_unpriced: 0, cost_micro: 0 });
  expect(await metricsText()).toMatch(
    /sluice_requests_total\{app="one",model="echo",backend="echo",operation="chat",status="200",cache="bypass"\} 1/,
  );
});

it('a predecessor’s uptime is among the metrics', async () => {
  expect(Number(/^chat_api_uptime_seconds (.+)$/m.exec(await metricsText())?.[1])).toBeGreaterThan(0);
});

it('a traced stream has the ids of the request and of the answer its client got', async () => {
  const answer = await ask('traced', 'm!words=3', 'sk-one', true);
  const first = JSON.parse(/^data: (.+)$/m.exec(answer)?.[1] ?? '') as { id: string; created: number };
  const traced = () =>
    readFileSync(join(gateway.folder.configDir, 'trace.jsonl'), 'utf8')
      .split('\n')
      .find((line) => line.includes('"request_id":"traced"'));
  await waitFor('the trace', () => traced() !== undefined);
  const line = JSON.parse(traced() ?? '');
  expect(Object.keys(line).at(-1)).toBe('request_id');
  expect(line.response).toMatchObject({ id: first.id, created: first.created });
  expect(line.response.created).toBeGreaterThan(0);
});

it('a reload goes on naming what only a restart takes up, until it is taken back', async () => {
  const needed = async (compat: readonly string[]) =>
    ((await gateway.reload(config(compat))).body as { needs_restart: string[] }).needs_restart;
  expect(await needed([])).toEqual(['metrics.compat']);
  expect(await needed([])).toEqual(['metrics.compat']);
  expect(await needed(['selfhosted'])).toEqual([]);
});
