/** Two replicas, one card, one Redis: what a serial group promises holds across processes, whatever dies meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { overlaps } from '../fake-upstream/overlaps.ts';
import { startFakeUpstreamProgram } from '../support/fake-upstream-program.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

/** After so long without a word from who has a card, another replica may have it. */
const TTL_MS = 15_000;

let card: FakeUpstream;
let redis: RunningRedis;
let replicas: RunningGateway[];
let locks: string;

beforeEach(async () => {
  replicas = [];
  locks = tempFolder('sluice-locks-');
  redis = await startRedis();
});

afterEach(async () => {
  for (const replica of replicas) replica.signal('SIGCONT');
  await Promise.all(replicas.map((replica) => replica.stop()));
  await redis.stop();
  await card?.close();
});

async function open(group: object, backend: object = {}, runtime?: 'ollama'): Promise<void> {
  card = await startFakeUpstream(runtime === undefined ? {} : { runtime, models: ['red', 'blue'] });
  const config = {
    daemon: { redis: { url: redis.url } },
    apps: [{ app_id: 'lab', api_keys: ['sk-lab'] }],
    backends: {
      sequence_groups: { gpu: { max_queue: 500, max_queue_per_app: 500, ...group } },
      backends: [
        {
          type: runtime ?? 'openai-compatible',
          name: 'card',
          base_url: runtime === undefined ? `${card.url}/v1` : card.url,
          sequence_group: 'gpu',
          ...backend,
        },
      ],
    },
  };
  // They find each other's lock: who shares a Redis shares the card.
  const env = { SLUICE_LOCK_DIR: locks };
  replicas = await Promise.all([startGateway({ config, env }), startGateway({ config, env })]);
}

const anyModel = { supports: { chat: ['*'] } };

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function chat(
  { baseUrl }: RunningGateway,
  model: string,
  { stream = false, signal }: { stream?: boolean; signal?: AbortSignal } = {},
): Promise<Answer> {
  const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-lab' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: signal ?? AbortSignal.timeout(60_000),
  });
  return { status: answer.status, text: await answer.text() };
}

const work = () => card.journal.entries.filter(({ method }) => method === 'POST');

function pair(): [RunningGateway, RunningGateway] {
  return replicas as [RunningGateway, RunningGateway];
}

async function reasons({ adminUrl }: RunningGateway): Promise<string> {
  return (await fetch(`${adminUrl}/stats/live`)).text();
}

describe('a serial group of two replicas', () => {
  it('never overlaps at the backend, though clients leave at random, and nobody is forgotten', async () => {
    // In a process of its own: this one is busy with the clients, and would see sockets close late.
    const apart = await startFakeUpstreamProgram();
    await open({}, { ...anyModel, base_url: `${apart.url}/v1` });
    const asked = Array.from({ length: 160 }, async (_, at) => {
      const leaving = new AbortController();
      const isLeaving = at % 4 === 0;
      if (isLeaving) setTimeout(() => leaving.abort(), Math.random() * 1_500);
      const options = { stream: at % 2 === 0, ...(isLeaving && { signal: leaving.signal }) };
      try {
        const { status } = await chat(pair()[at % 2 === 0 ? 0 : 1], `m!words=2!slow=${at % 3}`, options);
        return status;
      } catch {
        return isLeaving ? 'left' : 'failed';
      }
    });
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((outcome) => outcome !== 200 && outcome !== 'left')).toEqual([]);
    await waitFor('the journal to be written', () =>
      apart.journal().every(({ tEnded }) => tEnded !== undefined),
    );
    const done = apart.journal().filter(({ method }) => method === 'POST');
    expect(done.length).toBeGreaterThanOrEqual(120);
    expect(overlaps(done)).toEqual([]);
    await apart.stop();
  });

  it('goes in order of arrival across replicas: a busy one does not keep the other waiting', async () => {
    await open({}, anyModel);
    const [busy, quiet] = pair();
    const crowd = Array.from({ length: 10 }, () => chat(busy, 'crowd!words=2!slow=20'));
    await waitFor('the crowd to work', () => work().length > 0);
    const early = chat(quiet, 'early!words=2');
    await waitFor('it to wait', async () => (await reasons(quiet)).includes('early'));
    expect(await reasons(quiet)).toContain('Sequence group \\"gpu\\" is elsewhere: replica ');
    const late = Array.from({ length: 10 }, () => chat(busy, 'late!words=2!slow=20'));
    for (const { status } of await Promise.all([...crowd, early, ...late])) expect(status).toBe(200);
    const models = work().map(
      ({ body }) => (JSON.parse(String(body)) as { model: string }).model.split('!')[0],
    );
    expect(models.indexOf('early')).toBeGreaterThan(0);
    expect(models.indexOf('early')).toBeLessThanOrEqual(models.indexOf('late'));
    expect(overlaps(work())).toEqual([]);
  });

  it('(i) a replica that is killed with -9 while it works loses the card within the ttl', async () => {
    await open({}, anyModel);
    const [doomed, heir] = pair();
    const cutOff = chat(doomed, 'first!words=400!slow=100', { stream: true }).catch(() => 'cut off');
    await waitFor('it to work', () => work().length === 1);
    const killedMs = performance.now();
    await doomed.kill9();
    expect((await chat(heir, 'second!words=1')).status).toBe(200);
    const tookMs = performance.now() - killedMs;
    console.log(`the card came to the other replica ${Math.round(tookMs)} ms after kill -9`);
    expect(tookMs).toBeLessThan(TTL_MS + 7_000);
    expect(await cutOff).toBe('cut off');
    expect(overlaps(work())).toEqual([]);
  });

  it('a replica that stops gives the card over at once', async () => {
    await open({}, anyModel);
    const [first, second] = pair();
    expect((await chat(first, 'm!words=1')).status).toBe(200);
    await first.stop();
    const startedMs = performance.now();
    expect((await chat(second, 'm!words=1')).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('a replica that was asleep for longer than the ttl breaks off what it had, and is not let in unasked', async () => {
    await open({}, anyModel);
    const [sleeper, heir] = pair();
    const slept = chat(sleeper, 'first!words=900!slow=100', { stream: true });
    await waitFor('it to work', () => work().length === 1);
    sleeper.signal('SIGSTOP');
    expect((await chat(heir, 'second!words=1')).status).toBe(200);
    sleeper.signal('SIGCONT');
    expect((await slept).text).toContain('could not keep the card');
    expect((await chat(sleeper, 'third!words=1')).status).toBe(200);
    const [first, , third] = work();
    expect(first?.outcome).toBe('aborted-by-peer');
    expect(third?.tReceivedFirstByte).toBeGreaterThan(first?.tEnded ?? Number.POSITIVE_INFINITY);
  });
});

describe('while Redis is gone', () => {
  it('fail_closed: what runs is broken off before another could begin, and everybody goes on once it is back', async () => {
    await open({ max_queue_wait_s: 60 }, anyModel);
    const [holder, other] = pair();
    const running = chat(holder, 'first!words=900!slow=100', { stream: true });
    await waitFor('it to work', () => work().length === 1);
    const goneMs = performance.now();
    await redis.stop();
    const waiting = chat(other, 'second!words=1');
    expect((await running).text).toContain('could not keep the card');
    expect(performance.now() - goneMs).toBeLessThan(TTL_MS);
    expect(await reasons(other)).toContain('redis.url');
    expect(work()).toHaveLength(1);
    await redis.startAgain();
    expect((await waiting).status).toBe(200);
    expect((await chat(holder, 'third!words=1')).status).toBe(200);
    expect(overlaps(work())).toEqual([]);
  });

  it('local: both go on as if alone, and share again once it is back', async () => {
    await open({ on_store_loss: 'local' }, anyModel);
    const [holder, other] = pair();
    expect((await chat(holder, 'm!words=1')).status).toBe(200);
    await redis.stop();
    const running = chat(holder, 'first!words=200!slow=100', { stream: true });
    expect((await chat(other, 'second!words=1')).status).toBe(200);
    expect((await running).text).toContain('[DONE]');
    expect(other.stderrLines.join('\n')).toContain('on_store_loss: local');
    await redis.startAgain();
    await waitFor('both to be told', () =>
      replicas.every(({ stderrLines }) =>
        stderrLines.some((line) => line.includes('the store that replicas share answers again')),
      ),
    );
    card.journal.clear();
    const asked = Array.from({ length: 40 }, (_, at) =>
      chat(pair()[at % 2 === 0 ? 0 : 1], 'm!words=2!slow=3'),
    );
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
    expect(overlaps(work())).toEqual([]);
  });
});

describe('in mode swap', () => {
  it('no two models are ever in memory, whichever replica had them loaded', async () => {
    await open({ mode: 'swap' }, { concurrency: 4, models: { red: {}, blue: {} } }, 'ollama');
    const asked = Array.from({ length: 60 }, async (_, at) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3_000));
      return chat(pair()[at % 2 === 0 ? 0 : 1], at % 3 === 0 ? 'red' : 'blue');
    });
    for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
    const { history } = card.memory;
    let loaded = new Set<string>();
    for (const { what, model } of history) {
      if (what === 'load') loaded.add(model);
      else loaded = new Set([...loaded].filter((one) => one !== model));
      expect(loaded.size).toBeLessThanOrEqual(1);
    }
    const loads = history.filter(({ what }) => what === 'load').length;
    console.log(`two replicas, 60 requests for two models: ${loads} loads`);
    expect(loads).toBeLessThan(15);
  });
});
