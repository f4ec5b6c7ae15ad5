/** What tells browsers to be careful stands on every answer, whoever wrote it, and breaks no page of ours. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const backend = { type: 'openai-compatible', name: 'fake', base_url: `${upstream.url}/v1` };
  gateway = await startGateway({
    config: {
      daemon: { cors: { origins: ['https://page.example'] } },
      backends: [{ ...backend, supports: { chat: ['m*'] } }],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

interface Asked {
  readonly method?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly base?: string;
}

async function ask(path: string, { method, body, headers, base }: Asked = {}) {
  const answer = await fetch(`${base ?? gateway.baseUrl}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${gateway.key}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer;
}

const question = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

it.each<[string, string, number, Asked]>([
  ['a whole answer', '/v1/chat/completions', 200, { body: question }],
  ['a stream', '/v1/chat/completions', 200, { body: { ...question, stream: true } }],
  ['an answer in another dialect', '/v1/messages', 200, { body: { ...question, max_tokens: 5 } }],
  ['a refusal', '/v1/chat/completions', 400, { body: {} }],
  [
    'a wrong key',
    '/v1/chat/completions',
    401,
    { body: question, headers: { authorization: 'Bearer sk-no' } },
  ],
  ['a failure of the backend', '/v1/chat/completions', 502, { body: { ...question, model: 'm!html' } }],
  ['a list of models', '/v1/models', 200, {}],
  ['nothing', '/nowhere', 404, {}],
  ['a preflight', '/v1/models', 204, { method: 'OPTIONS', headers: { origin: 'https://page.example' } }],
  ['a probe', '/livez', 200, {}],
  ['the page of documentation', '/docs', 200, {}],
  ['the reference', '/reference/', 200, {}],
  ['the document behind it', '/openapi.json', 200, {}],
  ['a path that is none', '/%ff', 400, {}],
])('stand on %s', async (_, path, status, asked) => {
  const answer = await ask(path, asked);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-frame-options')).toBe('DENY');
  expect(answer.headers.get('strict-transport-security')).toBeNull();
});

it('stand on all that the admin listener says', async () => {
  for (const [path, status] of [
    ['/stats/live', 200],
    ['/metrics', 200],
    ['/admin/api/status', 401],
    ['/nowhere', 404],
  ] as const) {
    const answer = await ask(path, { base: gateway.adminUrl });
    expect([path, answer.status]).toEqual([path, status]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  }
});

it('are written once, also where a page has its own', async () => {
  for (const path of ['/docs', '/reference/']) {
    const { headers } = await ask(path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  }
});
