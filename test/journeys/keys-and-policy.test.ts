/** Each program has its own key and policy: who may use what, under which names, and what is added for it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;
const traces = tempFolder('sluice-traces-');

const hashed = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: config() });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

function config() {
  return {
    daemon: { default_backend: 'fallback', logging: { redact_prompts: false } },
    apps: [
      { app_id: 'plain', api_keys: ['sk-plain', 'sk-plain-2', 'A Key In Words'] },
      {
        app_id: 'hashed',
        api_keys: [
          hashed('sk-hashed'),
          { hash: hashed('sk-named'), name: 'laptop' },
          { hash: hashed('sk-old'), name: 'old', expires_at: '2020-01-01T00:00:00Z' },
        ],
      },
      { app_id: 'limited', api_keys: ['sk-limited'], policy: { allow: ['fast', 'm-*'], deny: ['m-secret'] } },
      { app_id: 'denying', api_keys: ['sk-denying'], policy: { deny: ['*large*'] } },
      { app_id: 'prompted', api_keys: ['sk-prompted'], system_prompt: 'Be brief.', default_model: 'fast' },
      { app_id: 'asleep', api_keys: ['sk-asleep'], active: false },
      { app_id: 'poor', api_keys: ['sk-poor'], cost_limit: { period: 'day', limit: 0.2, status: 403 } },
      {
        app_id: 'traced',
        api_keys: ['sk-traced-key-0001'],
        trace: {
          file: join(traces, 'deep', 'trace.jsonl'),
          imagedir: join(traces, 'images'),
          includeprompts: true,
          include_response: true,
          includekeys: true,
        },
      },
    ],
    backends: {
      aliases: { fast: 'quick', quick: 'm-small', blogembed: 'm-embed' },
      backends: [
        {
          type: 'openai-compatible',
          name: 'office',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['m-*'], embeddings: ['m-embed'], images: ['m-*'] },
          cost: {
            currency: 'usd',
            unit: '1m_tokens',
            models: { 'm-paid': { prompt: 1_000, completion: 1_000 } },
            default: { prompt: 0, completion: 0 },
          },
        },
        { type: 'echo', name: 'fallback' },
      ],
    },
  };
}

async function post(key: string, body: object, path = '/v1/chat/completions') {
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  const parsed = (await answer.json()) as {
    error?: { code: string };
    choices?: { message: { content: string } }[];
    model?: string;
  };
  return {
    status: answer.status,
    code: parsed.error?.code,
    backend: answer.headers.get('x-sluice-backend'),
    body: parsed,
  };
}

const chat = (key: string, model: string | undefined) =>
  post(key, { model, messages: [{ role: 'user', content: 'Hi' }] });

/** What the access log says of one request. */
const linesOf = (requestId: unknown) =>
  gateway.stderrLines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['msg'] === 'request' && line['request_id'] === requestId);

describe('keys', () => {
  it('may be several, plain or hashed, and may expire', async () => {
    expect(await chat('sk-plain', 'm-small')).toMatchObject({ status: 200 });
    expect(await chat('sk-plain-2', 'm-small')).toMatchObject({ status: 200 });
    expect(await chat('A Key In Words', 'm-small')).toMatchObject({ status: 200 });
    expect(await chat('sk-hashed', 'm-small')).toMatchObject({ status: 200 });
    expect(await chat('sk-old', 'm-small')).toMatchObject({ status: 401, code: 'expired_key' });
    expect(await chat(hashed('sk-hashed'), 'm-small')).toMatchObject({ status: 401, code: 'invalid_key' });
    expect(await chat('sk-asleep', 'm-small')).toMatchObject({ status: 403, code: 'app_inactive' });
  });

  it('that have a name are called by it in ledger and log', async () => {
    await chat('sk-named', 'm-small');
    await chat('sk-hashed', 'm-small');
    const rows = gateway.ledgerRows().slice(-2);
    expect(rows.map((row) => [row['app_id'], row['key_name']])).toEqual([
      ['hashed', 'laptop'],
      ['hashed', null],
    ]);
    await waitFor('both lines', () => linesOf(rows[1]?.['request_id']).length === 1);
    expect(linesOf(rows[0]?.['request_id'])).toMatchObject([{ app: 'hashed', key: 'laptop' }]);
    expect(linesOf(rows[1]?.['request_id'])[0]).not.toHaveProperty('key');
  });

  it('never stand in the log, the ledger, or any answer', async () => {
    const everything =
      gateway.stderrLines.join('\n') +
      JSON.stringify(gateway.ledgerRows(), (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(everything).not.toMatch(/sk-(plain|hashed|limited|named|old)/);
    const status = await (
      await fetch(`${gateway.adminUrl}/admin/api/config`, {
        headers: { authorization: `Bearer ${gateway.adminToken}` },
      })
    ).text();
    expect(status).not.toMatch(/sk-(plain|hashed|limited|named|old)/);
  });
});

describe('names', () => {
  it('follow aliases, chained, and the answer shows the name that was asked for', async () => {
    const answer = await chat('sk-plain', 'fast');
    expect(answer).toMatchObject({ status: 200, backend: 'office', body: { model: 'fast' } });
    expect(upstream.journal.entries.at(-1)?.model).toBe('m-small');
  });

  it('may choose a backend by name or type, which is stripped', async () => {
    expect(await chat('sk-plain', 'office:m-small')).toMatchObject({ status: 200, backend: 'office' });
    expect(await chat('sk-plain', 'openai-compatible:m-small')).toMatchObject({
      status: 200,
      backend: 'office',
    });
    expect(upstream.journal.entries.at(-1)?.model).toBe('m-small');
    expect(await chat('sk-plain', 'fallback')).toMatchObject({ status: 200, backend: 'fallback' });
  });

  it('that nobody knows go to the default backend, and so does none at all', async () => {
    expect(await chat('sk-plain', 'gpt-99')).toMatchObject({ status: 200, backend: 'fallback' });
    expect(await chat('sk-plain', undefined)).toMatchObject({ status: 200, backend: 'fallback' });
    expect(await chat('sk-prompted', undefined)).toMatchObject({ status: 200, backend: 'office' });
  });

  it('choose by operation, too', async () => {
    expect(await post('sk-plain', { model: 'blogembed', input: 'x' }, '/v1/embeddings')).toMatchObject({
      status: 200,
    });
    expect(await chat('sk-plain', 'm-embed')).toMatchObject({ status: 200 });
    expect(await post('sk-plain', { model: 'm-small', input: 'x' }, '/v1/embeddings')).toMatchObject({
      status: 501,
      code: 'operation_not_supported',
    });
  });
});

describe('policy', () => {
  it.each([
    ['sk-limited', 'fast', 200],
    ['sk-limited', 'm-other', 200],
    ['sk-limited', 'office:m-other', 200],
    ['sk-limited', 'm-secret', 403],
    ['sk-limited', 'office:m-secret', 403],
    ['sk-limited', 'gpt-99', 403],
    ['sk-denying', 'm-small', 200],
    ['sk-denying', 'm-large-1', 403],
    ['sk-denying', 'office:m-large-1', 403],
  ])('of %s on %s: %i', async (key, model, status) => {
    expect(await chat(key, model)).toMatchObject({
      status,
      ...(status === 403 ? { code: 'model_not_allowed' } : {}),
    });
  });

  it('shows each key its own models', async () => {
    const list = async (key: string) => {
      const answer = await fetch(`${gateway.baseUrl}/v1/models`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return ((await answer.json()) as { data: { id: string }[] }).data.map((model) => model.id).sort();
    };
    expect(await list('sk-plain')).toEqual(['blogembed', 'echo', 'fast', 'm-embed', 'quick']);
    expect(await list('sk-limited')).toEqual(['blogembed', 'fast', 'm-embed', 'quick']);
  });
});

it('puts the system prompt first, into the very bytes the client sent', async () => {
  await post('sk-prompted', {
    model: 'm-small',
    temperature: 0.5,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const sent = JSON.parse(upstream.journal.entries.at(-1)?.body ?? '{}');
  expect(sent).toEqual({
    model: 'm-small',
    temperature: 0.5,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
  });
});

it('forwards the bytes untouched where nothing is to be changed', async () => {
  const body =
    '{ "model":"m-small" , "messages":[{"role":"user","content":"Grüße"}], "new_field_of_tomorrow": [1.50, 2e3] }';
  await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-plain' },
    body,
  });
  expect(upstream.journal.entries.at(-1)?.body).toBe(body);
});

it('stops an app at its cost limit, with the configured status, but not on free models', async () => {
  let refused = await chat('sk-poor', 'm-paid');
  expect(refused).toMatchObject({ status: 200 });
  for (let tries = 0; tries < 60 && refused.status === 200; tries++)
    refused = await chat('sk-poor', 'm-paid');
  expect(refused).toMatchObject({ status: 403, code: 'cost_limit_exceeded' });
  const spent = gateway.ledgerRows().filter(({ app_id }) => app_id === 'poor');
  expect(spent.reduce((sum, { cost_micro }) => sum + Number(cost_micro), 0)).toBeLessThanOrEqual(200_000);
  expect(await chat('sk-poor', 'm-free')).toMatchObject({ status: 200 });
  await gateway.stop();
  await gateway.startAgain();
  expect(await chat('sk-poor', 'm-paid')).toMatchObject({ status: 403, code: 'cost_limit_exceeded' });
});

it('traces what an app asked to have traced', async () => {
  await post('sk-traced-key-0001', {
    model: 'm-small',
    stream: false,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  await post(
    'sk-traced-key-0001',
    { model: 'm-pic', prompt: 'a gate', n: 2, response_format: 'b64_json' },
    '/v1/images/generations',
  );
  const stream = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-traced-key-0001' },
    body: JSON.stringify({ model: 'm-small', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await stream.text();
  const file = join(traces, 'deep', 'trace.jsonl');
  await waitFor(
    'three lines',
    () => existsSync(file) && readFileSync(file, 'utf8').trim().split('\n').length === 3,
  );
  const [chatted, pictured, streamed] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(chatted).toMatchObject({
    appid: 'traced',
    type: 'chat',
    model: 'm-small',
    backend: 'office',
    prompt: [{ role: 'user', content: 'Hello' }],
    api_key: 'sk-t...0001',
    tokens: { prompt: expect.any(Number), completion: expect.any(Number), total: expect.any(Number) },
  });
  expect(chatted.response.choices[0].message.content).toContain('Hello');
  expect(streamed.stream).toBe(true);
  expect(streamed.response.choices[0].message.content).toBe(chatted.response.choices[0].message.content);
  expect(pictured.images).toHaveLength(2);
  await waitFor(
    'the pictures',
    () => readdirSync(join(traces, 'images')).filter((name) => name.endsWith('.png')).length === 2,
  );
});
