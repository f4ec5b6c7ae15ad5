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

it('no request is lost while its app is changed again and again', async () => {
  const backend = { type: 'openai-compatible', base_url: `${upstream.url}/v1`, supports: { chat: ['m*'] } };
  const { key } = await admin<{ key: string }>('POST', '', { app_id: 'anna', concurrency: 1000, backend });
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
});

it('a stream whose app is deleted meanwhile goes on to its end', async () => {
  const backend = { type: 'openai-compatible', base_url: `${upstream.url}/v1`, supports: { chat: ['m*'] } };
  const { key } = await admin<{ key: string }>('POST', '', { app_id: 'bert', backend });
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
