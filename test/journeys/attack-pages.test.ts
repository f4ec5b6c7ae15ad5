/** A gateway without keys serves this machine, not the web pages open on it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { rawExchange, rawRequest } from '../support/raw-client.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      daemon: { cors: { origins: ['https://known.example'] } },
      apps: { apps: [] },
      backends: [{ type: 'echo', name: 'echo' }],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
});

type Headers = Readonly<Record<string, string>>;

async function send(line: string, headers: Headers, body = ''): Promise<string> {
  const port = Number(new URL(gateway.baseUrl).port);
  return rawExchange({ port }, [rawRequest(line, { connection: 'close', ...headers }, body)]);
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const hello = '{"model":"echo","messages":[{"role":"user","content":"Hi"}]}';

const strangers: readonly [string, Headers][] = [
  ['of another origin', { origin: 'https://evil.example' }],
  ['of no origin', { origin: 'null' }],
  ['the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['whose name was pointed here', { host: 'evil.example:8080', origin: 'http://evil.example:8080' }],
  ['of an unknown port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
];

describe.each(strangers)('a page %s', (_what, headers) => {
  it('may ask nothing', async () => {
    expect(statusOf(await send('POST /v1/chat/completions', headers, hello))).toBe(403);
  });

  it('may not even see which models there are', async () => {
    const answer = await send('GET /v1/models', headers);
    expect(statusOf(answer)).toBe(403);
    expect(answer).not.toContain('"echo"');
  });
});

describe.each<[string, Headers]>([
  ['no page at all', {}],
  [
    'a page of the gateway itself',
    { host: 'localhost:1', origin: 'http://localhost:1', 'sec-fetch-site': 'same-origin' },
  ],
  ['a known page', { origin: 'https://known.example', 'sec-fetch-site': 'cross-site' }],
])('%s', (_what, headers) => {
  it('is served', async () => {
    expect(statusOf(await send('POST /v1/chat/completions', headers, hello))).toBe(200);
    expect(statusOf(await send('GET /v1/models/echo', headers))).toBe(200);
  });
});

it('a known page may ask beforehand on every path, a stranger on none', async () => {
  const known = { origin: 'https://known.example', 'access-control-request-headers': 'authorization' };
  for (const path of ['/v1/chat/completions', '/v1/models', '/v1/models/echo']) {
    const answer = await send(`OPTIONS ${path}`, known);
    expect(statusOf(answer), path).toBe(204);
    expect(answer).toContain('access-control-allow-origin: https://known.example');
    expect(statusOf(await send(`OPTIONS ${path}`, { origin: 'https://evil.example' }))).toBe(403);
  }
});
