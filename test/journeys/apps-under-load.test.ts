/** Changing an app is felt by nobody who is being served. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const CHANGES = 50;
/** Two hundred a second, for as long as the changes take. */
const EVERY_MS = 5;

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'filed', api_keys: ['sk-of-the-file'] }],
      backends: [{ type: 'echo', name: 'echo' }],
    },
  });
});
afterAll(() => Promise.all([gateway?.stop(), upstream?.close()]));

async function admin<Answer>(method: string, path: string, body: unknown): Promise<Answer> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/apps${path}`, {
    method,
    headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Answer;
}

async function ask(key: string, model: string): Promise<string> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  return answer.ok && text.includes('[DONE]') ? 'served' : `${answer.status} ${text.slice(0, 200)}`;
}

/** With room for all: how a queue fills on a slow machine is another story. */
const own = () => ({
  ...{ type: 'openai-compatible', base_url: `${upstream.url}/v1`, concurrency: 1000 },
  supports: { chat: ['m*'] },
});

it('no request is lost while its app is changed again and again', async () => {
  const { key } = await admin<{ key: string }>('POST', '', {
    app_id: 'anna',
    concurrency: 1000,
    backend: own(),
  });
  const answers: Promise<string>[] = [];
  const asking = setInterval(() => answers.push(ask(key, 'm!words=2')), EVERY_MS);
  try {
    for (let change = 0; change < CHANGES; change += 1) {
      const aim = { read_s: 60 + change };
      await admin('PATCH', '/anna', { name: `Anna ${change}`, backend: { timeouts: aim } });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    clearInterval(asking);
  }
  const told = new Set(await Promise.all(answers));
  expect([...told]).toEqual(['served']);
  expect(answers.length).toBeGreaterThan(CHANGES);
  await expect.poll(underWay).toEqual({ running: 0, in_flight: 0, queue_len: 0 });
});

/** What the referee believes of the backend that was changed so often. */
async function underWay(): Promise<unknown> {
  const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as {
    readonly per_backend: Record<string, Record<string, number>>;
  };
  const { running, in_flight, queue_len } = live.per_backend['app:anna'] ?? {};
  return { running, in_flight, queue_len };
}

it('a stream whose app is deleted meanwhile goes on to its end', async () => {
  const { key } = await admin<{ key: string }>('POST', '', { app_id: 'bert', backend: own() });
  const answer = ask(key, 'm!words=20!slow=50');
  await expect
    .poll(() => upstream.journal.entries.some(({ scenario }) => scenario.includes('slow')))
    .toBe(true);
  await fetch(`${gateway.adminUrl}/admin/api/apps/bert`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  expect(await ask(key, 'm!words=2')).toMatch(/^401/);
  expect(await answer).toBe('served');
});
