/** Local runtimes that speak the client's own dialect get its bytes; those that do not yet are translated to, and it is remembered. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { waitFor } from '../support/wait-for.ts';
import { claudeBody, claudeHeaders } from './claude-code.ts';
import { backOf, ClientHouse } from './client-house.ts';
import { codexBody, codexHeaders } from './codex.ts';

let house: ClientHouse;
let old: FakeUpstream;
/** Old ones too, of servers that tell a wrong method from a wrong path. */
let frank: FakeUpstream;

/** The runtime, and the dialect it has spoken for ever. */
const runtimes = [
  ['vllm', 'openai-chat'],
  ['llamacpp', 'openai-chat'],
  ['lmstudio', 'openai-chat'],
  ['ollama', 'ollama-chat'],
] as const;

/** What a server that tells a wrong method is asked for last. */
const lastOptional = {
  vllm: '/tokenize',
  llamacpp: '/tokenize',
  lmstudio: '/v1/messages',
  ollama: '/v1/responses',
} as const;

beforeAll(async () => {
  // An address each: what is missing there is remembered by address.
  old = await startFakeUpstream({ ports: runtimes.map(() => 0), only: ['openai-chat', 'ollama-chat'] });
  frank = await startFakeUpstream({
    ports: runtimes.map(() => 0),
    only: ['openai-chat', 'ollama-chat'],
    tellsWrongMethod: true,
  });
  house = await ClientHouse.open({
    backends: (url) => [
      ...runtimes.map(([type]) => backOf(type, `new-${type}`, url)),
      // One for each surface: what is missing is remembered by surface, and these tests stand alone.
      ...runtimes.flatMap(([type], at) => [
        backOf(type, `old-${type}`, old.urls[at] ?? ''),
        backOf(type, `frank-${type}`, frank.urls[at] ?? ''),
        backOf(type, `told-${type}`, url, {
          quirks: { dialects: [type === 'ollama' ? 'ollama-chat' : 'openai-chat'] },
        }),
      ]),
    ],
  });
});

afterAll(async () => {
  await house?.close();
  await old?.close();
  await frank?.close();
});

beforeEach(() => {
  house.upstream.journal.clear();
  old.journal.clear();
});

function portOf(type: string): number | undefined {
  return frank.ports[runtimes.findIndex(([name]) => name === type)];
}

const surfaces = [
  {
    surface: 'anthropic-messages',
    path: '/v1/messages',
    body: (model: string) => claudeBody({ model }),
    headers: () => claudeHeaders(house.gateway.key),
    lastEvent: 'message_stop',
  },
  {
    surface: 'openai-responses',
    path: '/v1/responses',
    body: (model: string) => codexBody({ model }),
    headers: () => ({ ...codexHeaders }),
    lastEvent: 'response.completed',
  },
] as const;

describe.each(surfaces)('$surface', ({ surface, path, body, headers, lastEvent }) => {
  async function say(model: string) {
    const text = ` ${JSON.stringify({ ...body(model), made_up_in_2099: 1 })}`;
    const stream = await house.stream(path, text, headers());
    const frames = await stream.waitForEnd();
    expect([stream.status, frames.at(-1)?.event], stream.text).toEqual([200, lastEvent]);
    return { text, warnings: stream.headers['x-sluice-warnings'] };
  }
  const operations = (upstream: FakeUpstream) =>
    upstream.journal.entries
      .filter(({ method }) => method === 'POST')
      .map(({ operation, status }) => `${operation} ${status}`);

  it.each(runtimes)('a new %s gets the bytes untouched', async (type) => {
    const { text, warnings } = await say(`new-${type}`);
    expect(operations(house.upstream)).toEqual([`${surface} 200`]);
    expect(house.lastAsked.body).toBe(text);
    expect(house.lastAsked.path).toBe(path);
    expect(warnings).toBeUndefined();
  });

  it.each(runtimes)('an old %s is asked once, translated to, and asked no more', async (type, own) => {
    await say(`old-${type}`);
    expect(operations(old)).toEqual([`${surface} 404`, `${own} 200`]);
    old.journal.clear();
    await say(`old-${type}`);
    await say(`old-${type}`);
    expect(operations(old)).toEqual([`${own} 200`, `${own} 200`]);
  });

  it.each(runtimes)('an old %s that says so is given no work to find out', async (type, own) => {
    const atThisDoor = () => frank.journal.entries.filter(({ port }) => port === portOf(type));
    // The last of its optional surfaces; the others were asked for before.
    const last = lastOptional[type];
    await waitFor(`the answer to GET ${last}`, () =>
      atThisDoor().some((asked) => asked.method === 'GET' && asked.path === last && asked.outcome !== 'open'),
    );
    const before = atThisDoor().length;
    await say(`frank-${type}`);
    const work = atThisDoor()
      .slice(before)
      .filter(({ method }) => method === 'POST');
    expect(work.map(({ operation, status }) => `${operation} ${status}`)).toEqual([`${own} 200`]);
  });

  it.each(runtimes)('a %s whose dialects are configured is not asked at all', async (type, own) => {
    await say(`told-${type}`);
    expect(operations(house.upstream)).toEqual([`${own} 200`]);
  });
});

it('a model that is not there is no missing surface', async () => {
  const gone = (type: string) =>
    house.post('/v1/messages', claudeBody({ model: `new-${type}!status=404!message=model+not+found` }));
  expect((await gone('vllm')).status).toBeGreaterThanOrEqual(400);
  house.upstream.journal.clear();
  const answer = await house.post('/v1/messages', claudeBody({ model: 'new-vllm', stream: false }));
  expect(answer.status).toBe(200);
  expect(house.asked.map(({ operation }) => operation)).toEqual(['anthropic-messages']);
});
