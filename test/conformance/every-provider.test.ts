/**
 * Every type of backend there is, behind the gateway: each answers what it can do, in its own wire format, and each
 * failure of its is told as what it is. Generated from the catalogue: a new file is tested the moment it is there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectByName } from '../../src/dialects/all-dialects.ts';
import { loadCatalog } from '../../src/providers/load-catalog.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const KEY = 'key-of-the-backend';
const WRONG_KEY = 'a-key-it-does-not-know';
const catalog = await loadCatalog();
const outside = catalog.all.filter(({ inHouse }) => inHouse === undefined);
const fakes = new Map<string, FakeUpstream>();
let gateway: RunningGateway;

type Kind = 'generation' | 'embeddings' | 'images';

/** What it is asked for, by the kinds of the dialects it speaks and of the jobs it does. */
function kindsOf({ surfaces, jobs }: Provider): ReadonlySet<string | undefined> {
  const spoken = surfaces.filter(({ isOptional }) => isOptional !== true);
  return new Set([...spoken.map(({ dialect }) => dialectByName(dialect)?.kind), ...(jobs?.kinds ?? [])]);
}

/** Its own address, at the fake's. */
function addressOf({ name, baseUrl }: Provider): string {
  return `${fakes.get(name)?.url}${new URL(baseUrl ?? 'http://any').pathname.replace(/\/$/, '')}`;
}

const heard = (name: string) => fakes.get(name)?.journal.entries ?? [];
const modelOf = (backend: string) => `model-of-${backend}`;

beforeAll(async () => {
  for (const { name, jobs } of outside) {
    const runtime = jobs?.kinds.includes('images') ? ({ runtime: 'fooocus' } as const) : {};
    fakes.set(name, await startFakeUpstream({ keys: [KEY], ...runtime }));
  }
  const backend = (provider: Provider, name: string, key: string) => ({
    type: provider.name,
    name,
    base_url: addressOf(provider),
    api_key: key,
    // A name of its own: what one cannot do nobody else does for it. Files of pictures' models are checked.
    models: provider.jobs?.takesPresets ? { [modelOf(name)]: 'm' } : [modelOf(name)],
  });
  gateway = await startGateway({
    config: {
      backends: outside.flatMap((provider) => [
        backend(provider, provider.name, KEY),
        backend(provider, `${provider.name}-locked`, WRONG_KEY),
      ]),
    },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([...fakes.values()].map((fake) => fake.close()));
});

const questions: Readonly<Record<Kind, { readonly path: string; readonly body: object }>> = {
  generation: {
    path: '/v1/chat/completions',
    body: { messages: [{ role: 'user', content: 'Hello there' }] },
  },
  embeddings: { path: '/v1/embeddings', body: { input: ['a', 'b'] } },
  images: { path: '/v1/images/generations', body: { prompt: 'a cat' } },
};

function ask(kind: Kind, model: string, more: object = {}): Promise<Response> {
  const { path, body } = questions[kind];
  return fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ model, ...body, ...more }),
  });
}

interface Told {
  readonly choices?: readonly { readonly message: { readonly content: string }; finish_reason: string }[];
  readonly data?: readonly { readonly embedding?: readonly number[]; b64_json?: string; url?: string }[];
  readonly error?: { readonly code: string; readonly message: string };
}

const toldIn = async (response: Response) => (await response.json()) as Told;

describe.each(outside.map((provider) => [provider.name, provider] as const))('%s', (name, provider) => {
  const kinds = kindsOf(provider);
  const can = (kind: Kind) => kinds.has(kind);
  const [first] = (['generation', 'images', 'embeddings'] as const).filter(can);

  it.runIf(can('generation'))('chats', async () => {
    const answer = await ask('generation', modelOf(name));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-sluice-backend')).toBe(name);
    const { choices = [] } = await toldIn(answer);
    expect(choices[0]?.message.content).toContain('Hello there');
    expect(choices[0]?.finish_reason).toBe('stop');
  });

  it.runIf(first !== undefined)(
    'is called below its own address, with its key where it wants it',
    async () => {
      await ask(first as Kind, modelOf(name));
      const entry = heard(name).findLast(({ method }) => method === 'POST');
      const { pathname } = new URL(addressOf(provider));
      expect(entry?.path.startsWith(pathname === '/' ? '' : pathname)).toBe(true);
      const wanted = provider.surfaces[0]?.keyHeaders ?? provider.keyHeaders;
      expect(entry?.headers).toMatchObject({ ...wanted(KEY), ...provider.headers });
    },
  );

  it.runIf(provider.probe !== undefined)(
    'is asked how it is at the path of its kind, with its key',
    async () => {
      const { path, from } = provider.probe ?? { path: '', from: 'host' };
      const base = new URL(addressOf(provider)).pathname.replace(/\/$/, '');
      const where = (from === 'base' ? base : '') + path;
      const isProbe = (entry: { method: string; path: string }) =>
        entry.method === 'GET' && entry.path === where;
      await waitFor('the probe', () => heard(name).some(isProbe));
      const { headers } = heard(name).find(isProbe) as JournalEntry;
      expect(Object.values(headers).some((value) => value.includes(KEY) || value.includes(WRONG_KEY))).toBe(
        true,
      );
    },
  );

  it.runIf(can('generation'))('streams', async () => {
    const answer = await ask('generation', modelOf(name), { stream: true });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const frames = (await answer.text()).split('\n').filter((line) => line.startsWith('data: {'));
    const deltas = frames.map((line) => JSON.parse(line.slice(6)).choices?.[0]?.delta?.content ?? '');
    expect(deltas.join('')).toContain('Hello there');
    expect(frames.join('')).toContain('"finish_reason":"stop"');
  });

  it.runIf(can('embeddings'))('embeds', async () => {
    const { data = [] } = await toldIn(await ask('embeddings', modelOf(name)));
    expect(data).toHaveLength(2);
    for (const { embedding } of data) expect(embedding?.every(Number.isFinite)).toBe(true);
  });

  it.runIf(can('images'))('draws', async () => {
    const { data = [] } = await toldIn(await ask('images', modelOf(name)));
    expect(data).toHaveLength(1);
    expect(data[0]?.b64_json ?? data[0]?.url).toBeTruthy();
  });

  const lacking = (['generation', 'embeddings', 'images'] as const).filter(
    (kind) => !can(kind) && !provider.surfaces.some((one) => dialectByName(one.dialect)?.kind === kind),
  );
  it.runIf(lacking.length > 0 && first !== undefined)('says 501 to what it cannot do', async () => {
    for (const kind of lacking) {
      const answer = await ask(kind, modelOf(name));
      expect([kind, answer.status]).toEqual([kind, 501]);
      expect((await toldIn(answer)).error?.code).toBe('operation_not_supported');
    }
  });

  it.runIf(first === undefined)(
    'is asked for nothing: it is there for the memory it gives back',
    async () => {
      const answer = await ask('generation', modelOf(name));
      expect([404, 501]).toContain(answer.status);
    },
  );

  it.runIf(first !== undefined)('that refuses our key is our failure, and not the client’s', async () => {
    const answer = await ask(first as Kind, modelOf(`${name}-locked`));
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    const { error } = await toldIn(answer);
    expect(error).toMatchObject({
      code: 'upstream_error',
      message: expect.stringContaining('refused the key'),
    });
  });

  it.runIf(first !== undefined)('that is overloaded is down for the moment', async () => {
    const answer = await failing('status=503!message=overloaded');
    expect(answer.status).toBe(503);
    expect((await toldIn(answer)).error?.code).toBe('no_healthy_backend');
    expect(answer.headers.get('x-should-retry')).not.toBe('false');
  });

  it.runIf(first !== undefined)(
    'that has had enough for the moment says so, and when to come again',
    async () => {
      // The last one: from here on it is left alone.
      const answer = await failing('status=429!retry-after=7');
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect((await toldIn(answer)).error?.code).toBe('rate_limited');
    },
  );

  async function failing(scenario: string): Promise<Response> {
    fakes.get(name)?.setScenario(scenario);
    const answer = await ask(first as Kind, modelOf(name));
    fakes.get(name)?.setScenario('');
    return answer;
  }
});
