/** Names and bodies made to break what they are copied into: headers, log lines, metrics, the ledger. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

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
          supports: { chat: ['*'] },
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function ask(body: string) {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body,
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const named = (json: string, more = '') =>
  `{"model":${json},"messages":[{"role":"user","content":"Hi"}]${more}}`;

describe('a model name', () => {
  it.each([
    ['half a surrogate pair', '"m\\ud800"'],
    ['a line feed', '"m\\nlevel=error"'],
    ['a NUL', '"m\\u0000"'],
    ['a megabyte', `"m${'x'.repeat(1_000_000)}"`],
  ])('with %s is refused before anything is made of it', async (_what, json) => {
    const asked = upstream.journal.work.length;
    const { status, body } = await ask(named(json));
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param: 'model' } },
    });
    expect(upstream.journal.work).toHaveLength(asked);
    expect(JSON.stringify(body).length).toBeLessThan(500);
  });

  it.each(['a "b" c', '<img src=x>', 'm😀', '../../etc/passwd', '%%%', "'; DROP TABLE requests;--"])(
    'like %s harms nothing',
    async (name) => {
      const { status, headers } = await ask(named(JSON.stringify(name)));
      expect(status).toBe(200);
      expect(
        decodeURIComponent(headers.get('x-sluice-model')?.replaceAll(/%(?![0-9A-F]{2})/g, '%25') ?? ''),
      ).toBe(name);
      expect(gateway.ledgerRows().at(-1)).toMatchObject({ outcome: 'complete', model: name });
    },
  );

  it('never breaks a log line', () => {
    for (const line of gateway.stderrLines) expect(() => JSON.parse(line)).not.toThrow();
  });
});

it('names of prototypes go through as data', async () => {
  const { status } = await ask(
    named('"m"', ',"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}'),
  );
  expect(status).toBe(200);
  expect(upstream.journal.work.at(-1)?.body).toContain('"__proto__":{"isAdmin":true}');
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
});
