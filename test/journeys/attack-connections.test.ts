/** Clients that break the rules of a connection: they are told so, or cut off, and harm nobody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { rawConnect, rawExchange, rawRequest } from '../support/raw-client.ts';
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

const here = () => ({ port: Number(new URL(gateway.baseUrl).port) });

function chat(model: string, headers: Readonly<Record<string, string>> = {}, stream = false): string {
  return rawRequest(
    'POST /v1/chat/completions',
    { authorization: `Bearer ${gateway.key}`, ...headers },
    JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
  );
}

async function live({ adminUrl }: RunningGateway): Promise<{ running: number; queue_len: number }> {
  const answer = await fetch(`${adminUrl}/stats/live`);
  const { per_backend } = (await answer.json()) as {
    per_backend: { fake: { running: number; queue_len: number } };
  };
  return per_backend.fake;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe('nonsense on a connection', () => {
  it('never gets into the middle of an answer that is on its way', async () => {
    const client = await rawConnect(here());
    await client.send(chat('m!words=40!slow=20', {}, true));
    await client.waitForText('data:');
    await client.send('NONSENSE\r\n\r\n');
    await client.waitForEnd();
    expect(client.text).not.toContain('400 Bad Request');
    client.close();
  });

  it('has the connection closed, not half-closed at the mercy of the client', async () => {
    const client = await rawConnect(here());
    let isDead = false;
    client.socket.on('error', () => {
      isDead = true;
    });
    await client.send('HELLO\r\n\r\n');
    await client.waitForText('400 Bad Request');
    await sleep(200);
    // The first byte gets a reset back if nobody is there any more, and the second an error.
    client.socket.write('x');
    await sleep(200);
    client.socket.write('y');
    await waitFor('the reset', () => isDead, { timeoutMs: 1_000 });
  });

  it.each([
    ['a header of 17 KB', `a: ${'x'.repeat(17_000)}\r\n`, 431],
    ['3,000 headers', 'a:b\r\n'.repeat(3_000), 431],
    ['two hosts', 'host: elsewhere\r\n', 400],
    ['a second Authorization', 'authorization: Bearer sk-other\r\n', 400],
  ])('%s is refused', async (_what, headers, status) => {
    const request = `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${gateway.key}\r\n${headers}\r\n`;
    expect(statusOf(await rawExchange(here(), [request]))).toBe(status);
  });

  it('in a path is refused without a word of it', async () => {
    const answer = await rawExchange(here(), [rawRequest('GET /v1/%zz?key=sk-secret')]);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toContain('sk-secret');
  });
});

describe('a client that asks before it sends its body', () => {
  const asking = (length: number, key: string) =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
    `expect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;

  it.each([
    ['too large', 99_999_999, 413],
    ['for nobody', 99, 401],
  ])('is not invited to send what is %s', async (what, length, status) => {
    const key = what === 'for nobody' ? 'sk-wrong' : gateway.key;
    const answer = await rawExchange(here(), [asking(length, key)], 1_000);
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toContain('100 Continue');
  });

  it('is invited otherwise', async () => {
    const body = '{"model":"m","messages":[{"role":"user","content":"Hi"}]}';
    const client = await rawConnect(here());
    await client.send(asking(body.length, gateway.key));
    await client.waitForText('100 Continue');
    await client.send(body);
    await client.waitForText('HTTP/1.1 200 OK');
    client.close();
  });
});

describe('requests sent without waiting for answers', () => {
  it('are taken one at a time and answered in order, all 200', async () => {
    upstream.journal.clear();
    const client = await rawConnect(here());
    const all = Array.from({ length: 200 }, (_, at) => chat('m!delay=10', { 'x-request-id': `line-${at}` }));
    await client.send(all.join(''));
    const answered = () =>
      [...client.text.matchAll(/^x-request-id: line-(\d+)/gim)].map(([, at]) => Number(at));
    await waitFor('200 answers', () => answered().length === 200, { timeoutMs: 15_000 });
    expect(answered()).toEqual(all.map((_, at) => at));
    // By when a question had wholly arrived: the first bytes of two requests on one socket are hard to tell apart.
    const times = upstream.journal.work.map((entry) => [entry.tBodyComplete, entry.tLastByteSent ?? 0]);
    expect(times.flat()).toEqual(times.flat().sort((a, b) => a - b));
    client.close();
  });

  it('are forgotten with the client', async () => {
    upstream.journal.clear();
    const client = await rawConnect(here());
    await client.send(chat('m!delay=5000') + chat('m!delay=5000') + chat('m!delay=5000'));
    await waitFor('the first to be asked', () => upstream.journal.work.length > 0);
    client.close();
    await waitFor('it to be aborted', () => upstream.journal.work[0]?.outcome === 'aborted-by-peer', {
      timeoutMs: 1_000,
    });
    await sleep(200);
    expect(upstream.journal.work).toHaveLength(1);
    expect(await live(gateway)).toMatchObject({ running: 0, queue_len: 0 });
  });

  it('without end have the connection cut', async () => {
    const client = await rawConnect(here());
    await client.send(chat('m!delay=5000'), 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2_000));
    await client.waitForEnd();
    client.close();
  });
});

it('whoever comes while the house closes is told so, and to connect elsewhere', async () => {
  const own = await startGateway({
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
  const there = { port: Number(new URL(own.baseUrl).port) };
  const ask = (model: string) => chat(model, { authorization: `Bearer ${own.key}` });
  const [running, late] = [await rawConnect(there), await rawConnect(there)];
  await running.send(ask('m!delay=700'));
  await late.send(ask('m').slice(0, -10));
  await waitFor('one to run', async () => (await live(own)).running === 1);
  own.signal('SIGTERM');
  await sleep(100);
  await late.send(ask('m').slice(-10));
  await late.waitForEnd();
  expect(statusOf(late.text)).toBe(503);
  expect(late.text).toContain('shutting_down');
  expect(late.text).toMatch(/^connection: close/im);
  expect(statusOf(await running.waitForText('\r\n\r\n'))).toBe(200);
  await own.stop();
});
