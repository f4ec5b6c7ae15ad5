/** Google's older clients send their key in the address: it counts there, and goes no further. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const KEY = 'sk-in-the-address-0001';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      daemon: { logging: { level: 'debug' } },
      apps: [{ app_id: 'old', api_keys: [KEY] }],
      backends: {
        backends: [
          {
            type: 'gemini',
            base_url: `${upstream.url}/v1beta`,
            api_key: 'sk-upstream',
            supports: { chat: ['gemini-m'], embeddings: ['gemini-m'] },
          },
        ],
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
const questions: Readonly<Record<string, unknown>> = {
  '/v1beta/models/gemini-m:generateContent': { contents },
  '/v1beta/models/gemini-m:streamGenerateContent': { contents },
  '/v1beta/models/gemini-m:countTokens': { contents },
  '/v1beta/models/gemini-m:embedContent': { content: contents[0] },
  '/v1/models/gemini-m:generateContent': { contents },
};

function ask(path: string, key: string | undefined, body: unknown): Promise<Response> {
  const address = new URL(path, gateway.baseUrl);
  if (key !== undefined) address.searchParams.set('key', key);
  if (body === undefined) return fetch(address);
  return fetch(address, { method: 'POST', body: JSON.stringify(body) });
}

describe.each(Object.entries(questions))('%s', (path, body) => {
  it('takes the key from the address', async () => {
    expect((await ask(path, KEY, body)).status).toBe(200);
  });

  it.each([undefined, 'sk-of-nobody'])('refuses %s', async (key) => {
    expect((await ask(path, key, body)).status).toBe(401);
  });
});

it.each(['/v1beta/models', '/v1beta/models/gemini-m'])('%s takes it too', async (path) => {
  expect((await ask(path, KEY, undefined)).status).toBe(200);
  expect((await ask(path, 'sk-of-nobody', undefined)).status).toBe(401);
});

it('means nothing on paths of other dialects', async () => {
  const question = { model: 'gemini-m', messages: [{ role: 'user', content: 'hello' }] };
  expect((await ask('/v1/chat/completions', KEY, question)).status).toBe(401);
});

it('goes neither to the backend nor into the log', async () => {
  await ask('/v1beta/models/gemini-m:streamGenerateContent?alt=sse', KEY, { contents });
  await waitFor('a line about the call', () => gateway.stderrLines.some((line) => line.includes('gemini-m')));
  expect(JSON.stringify(upstream.journal.entries)).not.toContain(KEY);
  expect(gateway.stderrLines.join('\n')).not.toContain(KEY);
  expect(JSON.stringify(gateway.ledgerRows())).not.toContain(KEY);
});
