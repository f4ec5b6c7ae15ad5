/** Bad input gets the right status and the envelope of the surface, each time, and the process goes on serving. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: { daemon: { limits: { max_decompressed_mb: 1 } }, backends: [{ type: 'echo', name: 'echo' }] },
  });
});

afterAll(() => gateway?.stop());

afterEach(async () => {
  expect(await ask(hello)).toMatchObject({ status: 200 });
});

const hello = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] });
const chat = '/v1/chat/completions';

async function ask(body: string | Buffer | undefined, options: RequestInit & { path?: string } = {}) {
  const answer = await fetch(gateway.baseUrl + (options.path ?? chat), {
    method: 'POST',
    ...options,
    ...(body === undefined ? {} : { body: body as string }),
    headers: { authorization: `Bearer ${gateway.key}`, ...options.headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

function refusal(status: number, code: string) {
  return { status, body: { error: { code, message: expect.any(String), type: expect.any(String) } } };
}

describe('a body', () => {
  it.each([
    ['broken JSON', '{"model": "echo", '],
    ['no JSON', 'hello'],
    ['an array', '[1,2]'],
    ['nothing', ''],
    ['a wrong type of model', '{"model": 7, "messages": [{"role":"user","content":"x"}]}'],
    ['messages that are none', '{"model": "echo", "messages": "x"}'],
    ['no messages', '{"model": "echo"}'],
    ['a role that is none', '{"model": "echo", "messages": [{"role":"king","content":"x"}]}'],
    [
      'a wrong type of stream',
      '{"model": "echo", "stream": "yes", "messages": [{"role":"user","content":"x"}]}',
    ],
    ['the model twice', '{"model": "echo", "model": "other", "messages": [{"role":"user","content":"x"}]}'],
    [
      'the model twice, once in disguise',
      '{"model": "echo", "mod\\u0065l": "x", "messages": [{"role":"user","content":"x"}]}',
    ],
    ['too much depth', `{"model":"echo","messages":${'['.repeat(200)}${']'.repeat(200)}}`],
  ])('of %s is 400', async (_what, body) => {
    expect(await ask(body)).toMatchObject(refusal(400, 'invalid_request'));
  });

  it('in bad UTF-8 is 400', async () => {
    const body = Buffer.concat([Buffer.from('{"model":"ech'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(await ask(body)).toMatchObject(refusal(400, 'invalid_request'));
  });

  it('of 40 MB is 413', async () => {
    const body = JSON.stringify({
      model: 'echo',
      messages: [{ role: 'user', content: 'x'.repeat(40_000_000) }],
    });
    expect(await ask(body)).toMatchObject(refusal(413, 'body_too_large'));
  });

  it('of 40 MB without a length is 413', async () => {
    const piece = new Uint8Array(1_000_000).fill(120);
    let left = 40;
    const stream = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece);
        else controller.close();
      },
    });
    const answer = await fetch(gateway.baseUrl + chat, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'body_too_large' } });
  });

  it('compressed with gzip is read, a bomb is 413, nonsense is 400, and the unknown is 415', async () => {
    const gzip = { headers: { 'content-encoding': 'gzip' } };
    expect(await ask(gzipSync(hello), gzip)).toMatchObject({ status: 200 });
    expect(await ask(gzipSync(Buffer.alloc(3_000_000)), gzip)).toMatchObject(refusal(413, 'body_too_large'));
    expect(await ask(hello, gzip)).toMatchObject(refusal(400, 'invalid_request'));
    expect(await ask(hello, { headers: { 'content-encoding': 'zstd' } })).toMatchObject(
      refusal(415, 'unsupported_encoding'),
    );
  });

  it('full of values does not stop the house', async () => {
    const body = `{"model":"echo","messages":[${'{},'.repeat(3_000_000)}{}]}`;
    const startedAt = performance.now();
    expect(await ask(body)).toMatchObject(refusal(400, 'invalid_request'));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('a key', () => {
  it.each([
    ['none', {}, 'missing_key'],
    ['a wrong one', { authorization: 'Bearer sk-wrong' }, 'invalid_key'],
    ['a scheme that is none of ours', { authorization: 'Basic eDp5' }, 'missing_key'],
  ])('%s is 401', async (_what, headers, code) => {
    const answer = await fetch(gateway.baseUrl + chat, { method: 'POST', headers, body: hello });
    expect({ status: answer.status, body: await answer.json() }).toMatchObject(refusal(401, code));
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });

  it('may stand in any of four headers, in two at once if it is the same, never two different ones', async () => {
    for (const name of ['x-api-key', 'api-key', 'x-goog-api-key']) {
      const headers = { authorization: '', [name]: gateway.key };
      expect(await ask(hello, { headers })).toMatchObject({ status: 200 });
    }
    expect(await ask(hello, { headers: { 'x-api-key': gateway.key } })).toMatchObject({ status: 200 });
    expect(await ask(hello, { headers: { 'x-api-key': 'sk-other' } })).toMatchObject(
      refusal(401, 'invalid_key'),
    );
  });
});

describe('a request', () => {
  it('for an unknown path is 404, for a wrong method 405 with Allow', async () => {
    expect(await ask(undefined, { path: '/v1/nothing' })).toMatchObject(refusal(404, 'not_found'));
    expect(await ask(undefined, { path: '/v1/nothing/at/all?key=secret', method: 'GET' })).toMatchObject(
      refusal(404, 'not_found'),
    );
    const wrong = await ask(undefined, { method: 'GET' });
    expect(wrong).toMatchObject(refusal(405, 'method_not_allowed'));
    expect(wrong.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await ask(undefined, { method: 'DELETE' })).toMatchObject(refusal(405, 'method_not_allowed'));
    expect(await ask(hello, { path: '/v1/models' })).toMatchObject(refusal(405, 'method_not_allowed'));
  });

  it.each([
    ['/v1/v1/chat/completions', chat],
    ['/openai/v1/messages', '/v1/messages'],
    ['/v1/chat/completion', chat],
    ['/v1/nothing/of/the/kind', undefined],
  ])('for %s is told which path was probably meant', async (path, meant) => {
    const { message } = (await ask(undefined, { path })).body.error;
    const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
    expect(message).toBe(`There is nothing at POST ${path}${hint}`);
  });

  it('by HEAD or OPTIONS is answered without a body', async () => {
    expect(await ask(undefined, { method: 'HEAD' })).toMatchObject({ status: 405, body: undefined });
    expect(await ask(undefined, { path: '/v1/models', method: 'HEAD' })).toMatchObject({
      status: 200,
      body: undefined,
    });
    const options = await ask(undefined, { method: 'OPTIONS' });
    expect(options).toMatchObject({ status: 204, body: undefined });
    expect(options.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('keeps its own id if that is sane, and gets one otherwise', async () => {
    const own = await ask(hello, { headers: { 'x-request-id': 'my.id-7' } });
    expect(own.headers.get('x-request-id')).toBe('my.id-7');
    expect(own.headers.get('request-id')).toBe('my.id-7');
    const minted = await ask(hello, { headers: { 'x-request-id': 'spaces are not' } });
    expect(minted.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['garbage', 'HELLO\r\n\r\n'],
    [
      'two lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc',
    ],
    [
      'a length and chunks',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /v1/models HTTP/1.1\r\n\r\n'],
  ])('with %s in its framing is 400', async (_what, bytes) => {
    const port = Number(new URL(gateway.baseUrl).port);
    expect(await rawExchange({ port }, [bytes])).toMatch(/^HTTP\/1.1 400 /);
  });

  it('for another server altogether is refused', async () => {
    const port = Number(new URL(gateway.baseUrl).port);
    const answer = await rawExchange({ port }, [
      rawRequest('GET http://evil.example/v1/models', { connection: 'close' }),
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
  });
});
