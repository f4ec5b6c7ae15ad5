/** Several backends have a model, and some of them are in trouble: the client is told of it only when nobody can help. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let one: FakeUpstream;
let two: FakeUpstream;
let gateway: RunningGateway;

beforeEach(async () => {
  [one, two] = await Promise.all([startFakeUpstream(), startFakeUpstream()]);
});

afterEach(async () => {
  await gateway?.stop();
  await Promise.all([one.close(), two.close()]);
});

interface Setting {
  readonly daemon?: object;
  readonly one?: object;
  readonly two?: object;
  readonly app?: object;
  readonly backends?: object;
}

async function open(setting: Setting = {}): Promise<void> {
  const backend = (name: string, url: string, more: object = {}) => ({
    type: 'openai-compatible',
    name,
    base_url: `${url}/v1`,
    supports: { chat: ['m*'] },
    timeouts: { first_byte_s: 0.5, connect_s: 1 },
    ...more,
  });
  gateway = await startGateway({
    config: {
      daemon: { circuit_breaker: { failure_threshold: 3, reset_timeout_ms: 700 }, ...setting.daemon },
      apps: [{ app_id: 'lab', api_keys: ['sk-lab'], ...setting.app }],
      backends: {
        ...setting.backends,
        backends: [backend('one', one.url, setting.one), backend('two', two.url, setting.two)],
      },
    },
  });
}

interface Told {
  readonly status: number;
  readonly backend: string | null;
  readonly headers: Headers;
  readonly text: string;
  readonly tookMs: number;
}

async function chat(body: object = {}, headers: Record<string, string> = {}): Promise<Told> {
  const startedMs = performance.now();
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-lab', ...headers },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  const tookMs = performance.now() - startedMs;
  return {
    status: answer.status,
    backend: answer.headers.get('x-sluice-backend'),
    headers: answer.headers,
    text,
    tookMs,
  };
}

interface Explanation {
  readonly candidates: readonly { readonly backend: string; readonly why: string }[];
}

async function explain(): Promise<Explanation> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/explain?app=lab&model=m&operation=chat`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  return answer.json() as Promise<Explanation>;
}

/** As somebody at the machine would. */
const tell = ({ url }: FakeUpstream, keep_alive: number) =>
  fetch(`${url}/api/generate`, { method: 'POST', body: JSON.stringify({ model: 'm', keep_alive }) });

const asked = (upstream: FakeUpstream) =>
  upstream.journal.entries.filter(({ method }) => method === 'POST').length;

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  return text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.split(' ')
    .at(-1);
}

describe('another backend is asked', () => {
  it.each([
    ['refuses to work', 'status=500'],
    ['is overloaded', 'status=529'],
    ['asks to be left alone', 'status=429!retry-after=5'],
    ['does not know our key', 'status=401'],
    ['lacks the model', 'status=404'],
    ['answers with nonsense', 'html'],
    ['says nothing', 'stall-before-headers'],
    ['hangs up', 'cut-in-head'],
    ['has an error where its answer should begin', 'error-in-200'],
  ])('when the first %s', async (_what, scenario) => {
    await open();
    one.setScenario(scenario);
    for (const stream of [false, true]) {
      const told = await chat({ stream });
      expect([told.status, told.backend]).toEqual([200, 'two']);
      expect(told.text).not.toContain('"error"');
    }
  });

  it('when the first is not there at all', async () => {
    await open();
    await one.close();
    expect(await chat()).toMatchObject({ status: 200, backend: 'two' });
    const rows = gateway.ledgerRows();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ backend: 'two', outcome: 'complete' });
    expect(JSON.parse(String(rows[0]?.['route']))).toEqual([
      { backend: 'one', model: 'm', failed: 'upstream_connect' },
      { backend: 'two', model: 'm' },
    ]);
  });

  it('but not when the question is wrong: it would be wrong everywhere', async () => {
    await open();
    one.setScenario('status=400!message=nonsense');
    expect(await chat()).toMatchObject({ status: 400, backend: 'one' });
    expect(asked(two)).toBe(0);
  });

  it('but not once the client has begun to read: it is told in band', async () => {
    await open();
    one.setScenario('words=9!cut=4');
    const told = await chat({ stream: true });
    expect([told.status, told.backend, asked(two)]).toEqual([200, 'one', 0]);
    expect(told.text).toContain('"error"');
    expect(told.text).not.toMatch(/\[DONE\]\s*$/);
  });

  it('when the queue before the first is full, or longer', async () => {
    await open({
      backends: { sequence_groups: { gpu: { max_queue: 1 } } },
      one: { sequence_group: 'gpu' },
      daemon: {},
    });
    one.setScenario('words=30!slow=50');
    const first = chat({ stream: true });
    await waitFor('the first to be busy', () => asked(one) === 1);
    const others = await Promise.all([chat(), chat(), chat()]);
    for (const { status } of others) expect(status).toBe(200);
    expect(others.filter(({ backend }) => backend === 'two').length).toBeGreaterThanOrEqual(1);
    await first;
  });
});

describe('a backend that fails', () => {
  it('is asked three times, then left alone, then tried once, and comes back', async () => {
    await open();
    one.setScenario('status=500');
    for (let call = 0; call < 6; call++) expect(await chat()).toMatchObject({ status: 200, backend: 'two' });
    expect(asked(one)).toBe(3);
    expect(JSON.parse(String(gateway.ledgerRows().at(-1)?.['route']))).toEqual([
      { backend: 'two', model: 'm' },
      { backend: 'one', model: 'm', why: 'its circuit breaker is open', isPassedOver: true },
    ]);
    expect(await metric('sluice_breaker_state{backend="one"}')).toBe('2');
    one.setScenario('');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await metric('sluice_breaker_state{backend="one"}')).toBe('1');
    expect(await chat()).toMatchObject({ status: 200, backend: 'one' });
    expect(await metric('sluice_breaker_state{backend="one"}')).toBe('0');
  });

  it('that asked to be left alone with a model is, for as long as it said', async () => {
    await open();
    one.setScenario('status=429!retry-after=1');
    expect(await chat()).toMatchObject({ backend: 'two' });
    one.setScenario('');
    expect(await chat()).toMatchObject({ backend: 'two' });
    expect(asked(one)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await chat()).toMatchObject({ backend: 'one' });
  });
});

describe('a backend is probed', () => {
  it('where and as often as its operator says, and one that does not answer is known to be down', async () => {
    await open({
      daemon: { health: { interval_ms: 1_000 } },
      one: { health: { path: '/health/deep', timeout_ms: 500 } },
    });
    const probes = () => one.journal.entries.filter(({ path }) => path === '/health/deep').length;
    await waitFor('three probes', () => probes() >= 3, { timeoutMs: 8_000 });
    one.setScenario('status=500!everywhere');
    await waitFor('it to be down', async () => (await metric('sluice_backend_up{backend="one"}')) === '0');
    const lines = (await (
      await fetch(`${gateway.adminUrl}/admin/api/status`, {
        headers: { authorization: `Bearer ${gateway.adminToken}` },
      })
    ).json()) as { backends: { name: string; state: string; checked_at: string | null }[] };
    expect(lines.backends.find(({ name }) => name === 'one')).toMatchObject({
      state: 'down',
      checked_at: expect.stringMatching(/^\d{4}-/),
    });
  });
});

describe('a backend that answers probes and does not work', () => {
  it('is found out by a token it is asked for, counts as down, and is up again once it writes', async () => {
    await open({ one: { health: { model: 'm', model_interval_ms: 1_000 } } });
    await waitFor('the first token', () => asked(one) > 0);
    expect(
      JSON.parse(String(one.journal.entries.find(({ method }) => method === 'POST')?.body)),
    ).toMatchObject({
      model: 'm',
      max_tokens: 1,
    });
    one.setScenario('status=500');
    await waitFor('it to be down', async () => (await metric('sluice_backend_up{backend="one"}')) === '0');
    expect(await chat()).toMatchObject({ status: 200, backend: 'two' });
    one.setScenario('words=2');
    await waitFor('it to be up', async () => (await metric('sluice_backend_up{backend="one"}')) === '1');
    expect(await chat()).toMatchObject({ status: 200, backend: 'one' });
    // It is nobody's request: no row, no money.
    expect(gateway.ledgerRows().every((row) => row['app_id'] === 'lab')).toBe(true);
  });
});

describe('when nobody can help', () => {
  it('says so in a few milliseconds, with 503 and a time to come again', async () => {
    await open();
    one.setScenario('status=500');
    two.setScenario('status=500');
    for (let call = 0; call < 4; call++) await chat();
    const before = [asked(one), asked(two)];
    const outages = await Promise.all(Array.from({ length: 20 }, () => chat()));
    for (const { status, headers, text } of outages) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(text).toContain('circuit breaker is open');
    }
    expect([asked(one), asked(two)]).toEqual(before);
    const alone = await chat();
    console.log(`a total outage is told after ${alone.tookMs.toFixed(1)} ms`);
    expect(alone.tookMs).toBeLessThan(50);
  });

  it('asks no more often than the budget of retries allows', async () => {
    // Four hundred exchanges at once may keep a slow machine busy for longer than half a second.
    const wide = { concurrency: 500, timeouts: { first_byte_s: 20 } };
    await open({ daemon: { circuit_breaker: { failure_threshold: 1_000_000 } }, one: wide, two: wide });
    one.setScenario('status=500');
    two.setScenario('status=500');
    const answers = await Promise.all(Array.from({ length: 200 }, () => chat()));
    for (const { status } of answers) expect(status).toBe(502);
    expect(asked(one) + asked(two)).toBeLessThanOrEqual(200 + 20);
    expect(asked(one) + asked(two)).toBeGreaterThanOrEqual(210);
  });
});

describe('a model may be replaced', () => {
  it('by those of the file, when every backend that has it fails, and the client is told', async () => {
    await open({
      one: { supports: { chat: ['m'] } },
      two: { supports: { chat: ['small'] } },
      backends: { fallbacks: { m: ['nowhere', 'small'] } },
    });
    one.setScenario('status=429!retry-after=1');
    const told = await chat();
    expect(told).toMatchObject({ status: 200, backend: 'two' });
    expect(told.headers.get('x-sluice-model')).toBe('small');
    expect(told.headers.get('x-sluice-warnings')).toContain(
      'changed;param=model;reason=fell_back_to_another',
    );
    expect(JSON.parse(told.text)).toMatchObject({ model: 'm' });
  });

  it('by those of the app first, and never by one that it may not use', async () => {
    await open({
      one: { supports: { chat: ['m', 'secret'] } },
      two: { supports: { chat: ['secret', 'mini'] } },
      app: { fallback_models: ['secret', 'mini'], policy: { deny: ['secret'] } },
    });
    one.setScenario('status=500');
    const told = await chat();
    expect([told.status, told.headers.get('x-sluice-model')]).toEqual([200, 'mini']);
    expect(asked(one)).toBe(1);
  });
});

describe('who is asked first', () => {
  it('the home of the session, within its app', async () => {
    await open({ one: { weight: 1 }, two: { weight: 1 } });
    const homes = new Map<string, Set<string | null>>();
    for (let call = 0; call < 60; call++) {
      const session = `s${call % 6}`;
      const { backend } = await chat(
        call % 2 === 0 ? { prompt_cache_key: session } : {},
        call % 2 === 0 ? {} : { 'x-session-id': session },
      );
      homes.set(session, (homes.get(session) ?? new Set()).add(backend));
    }
    for (const backends of homes.values()) expect(backends.size).toBe(1);
    expect(new Set([...homes.values()].flatMap((backends) => [...backends])).size).toBe(2);
  });

  it('by lot, with weights', async () => {
    await open({ one: { weight: 3 }, two: { weight: 1 } });
    for (let call = 0; call < 200; call++) await chat();
    expect(asked(one)).toBeGreaterThan(120);
    expect(asked(two)).toBeGreaterThan(20);
  });

  it('the one that has the model in memory, and the one whose slot is free', async () => {
    const runtimes = await Promise.all(
      [0, 1].map(() => startFakeUpstream({ runtime: 'ollama', models: ['m'] })),
    );
    const [cold, warm] = runtimes as [FakeUpstream, FakeUpstream];
    try {
      gateway = await startGateway({
        config: {
          apps: [{ app_id: 'lab', api_keys: ['sk-lab'] }],
          backends: {
            sequence_groups: { left: {}, right: {} },
            backends: [
              { type: 'ollama', name: 'cold', base_url: cold.url, sequence_group: 'left', models: { m: {} } },
              {
                type: 'ollama',
                name: 'warm',
                base_url: warm.url,
                sequence_group: 'right',
                models: { m: {} },
              },
            ],
          },
        },
      });
      expect((await chat()).backend).toBe('cold');
      await Promise.all([tell(cold, 0), tell(warm, -1)]);

      await waitFor('the gateway to have looked', async () => {
        const { candidates } = await explain();
        return candidates[0]?.why === 'first choice: the model is loaded';
      });
      expect((await chat()).backend).toBe('warm');
      warm.setScenario('words=60!slow=50');
      const busy = chat({ stream: true });
      const works = () => warm.journal.entries.filter(({ path }) => path === '/api/chat').length;
      await waitFor('it to be busy', () => works() > 1);
      expect((await chat()).status).toBe(200);
      await busy;
    } finally {
      await Promise.all(runtimes.map((runtime) => runtime.close()));
    }
  });

  it('as `explain` says', async () => {
    await open({ backends: { fallbacks: { m: ['mini'] } } });
    one.setScenario('status=500');
    for (let call = 0; call < 3; call++) await chat();
    expect(await explain()).toMatchObject({
      candidates: [
        { backend: 'two', model: 'm', why: 'first choice' },
        { backend: 'two', model: 'mini', why: 'falling back' },
      ],
      excluded: [{ backend: 'one', why: 'its circuit breaker is open' }],
    });
  });
});
