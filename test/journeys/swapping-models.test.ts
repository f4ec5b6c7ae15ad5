/** A card that holds one model at a time: who is loaded, when, and for whom, seen from the runtime's own memory. */
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

afterEach(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function open(group: object, models: Readonly<Record<string, object>>): Promise<void> {
  upstream = await startFakeUpstream({ runtime: 'ollama', models: ['red', 'blue'] });
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'one', api_keys: ['sk-one'] },
        { app_id: 'two', api_keys: ['sk-two'] },
      ],
      backends: {
        sequence_groups: { gpu: { max_queue: 500, max_queue_per_app: 500, ...group } },
        backends: [
          {
            type: 'ollama',
            name: 'card',
            base_url: upstream.url,
            sequence_group: 'gpu',
            concurrency: 4,
            models,
          },
        ],
      },
    },
  });
}

async function chat(model: string, key = 'sk-one'): Promise<number> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function order(path: string): Promise<number> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  await answer.arrayBuffer();
  return answer.status;
}

interface Lane {
  readonly draining: boolean;
  readonly queued: number;
  readonly loaded: readonly { readonly model: string; readonly state: string; readonly in_use: number }[];
}

async function lane(): Promise<Lane> {
  const { lanes } = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as { lanes: Lane[] };
  return lanes[0] as Lane;
}

const loads = () =>
  upstream.memory.history.filter(({ what }) => what === 'load').map(({ model, by }) => `${model} by ${by}`);

describe('in mode swap', () => {
  it('one model is there at a time, loaded by order and never by a request, and each app gets its answers', async () => {
    await open({ mode: 'swap' }, { red: {}, blue: {} });
    const asked = Array.from({ length: 24 }, (_, at) =>
      chat(at % 2 === 0 ? 'red' : 'blue', at % 3 === 0 ? 'sk-two' : 'sk-one'),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    const { history } = upstream.memory;
    let resident: string | undefined;
    for (const { what, model, by } of history) {
      expect(by).not.toBe('request');
      if (what === 'load') expect(resident, `${model} is loaded`).toBeUndefined();
      resident = what === 'load' ? model : undefined;
    }
    // In order of arrival it would be 24 loads.
    expect(loads().length).toBeLessThanOrEqual(6);
  });

  it('an operator unloads a model by name, drains the card and lets go on', async () => {
    await open({ mode: 'swap' }, { red: {}, blue: {} });
    expect(await chat('red')).toBe(200);
    expect((await lane()).loaded).toMatchObject([{ model: 'red', state: 'ready' }]);
    expect(await order('models/green/unload')).toBe(404);
    expect(await order('models/red/unload')).toBe(200);
    await waitFor('the card to be empty', async () => (await lane()).loaded.length === 0);
    expect(upstream.memory.history.at(-1)).toMatchObject({ what: 'unload', model: 'red:latest' });

    expect(await order('groups/gpu/drain')).toBe(200);
    const waiting = chat('blue');
    await waitFor('it to wait', async () => (await lane()).queued === 1);
    expect((await lane()).draining).toBe(true);
    expect(await order('groups/gpu/resume')).toBe(200);
    expect(await waiting).toBe(200);
  });

  it('a load is broken off when nobody waits for it any more and another model is wanted', async () => {
    await open({ mode: 'swap' }, { red: {}, blue: {} });
    upstream.memory.mood.loadMs = 2_000;
    const leaving = new AbortController();
    const left = fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-one' },
      body: JSON.stringify({ model: 'red', messages: [{ role: 'user', content: 'Hi' }] }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await waitFor('red to be loading', () => upstream.memory.stateOf('red:latest') === 'loading');
    leaving.abort();
    expect(await left).toBe('left');
    expect(await chat('blue')).toBe(200);
    const orders = upstream.journal.work.filter(({ operation }) => operation === 'ollama-generate');
    expect(orders[0]).toMatchObject({ model: 'red', outcome: 'aborted-by-peer' });
    // This runtime goes on loading; what it has loaded then goes before blue comes.
    expect(upstream.memory.history.map(({ what, model }) => `${what} ${model}`)).toEqual([
      'load red:latest',
      'unload red:latest',
      'load blue:latest',
    ]);
    expect((await lane()).loaded).toMatchObject([{ model: 'blue', state: 'ready' }]);
    expect(gateway.stderrLines.filter((line) => line.includes('could not be loaded'))).toEqual([]);
  });

  it('a model that is to be warm is there before anybody asks', async () => {
    await open({ mode: 'swap' }, { red: { warm: true }, blue: {} });
    await waitFor('red to be loaded', () => loads().length > 0);
    expect(loads()[0]).toMatch(/^red:latest by /);
    expect(await chat('red')).toBe(200);
    expect(loads()).toHaveLength(1);
  });

  it('an idle model goes after its time', async () => {
    await open({ mode: 'swap' }, { red: { unload_after_s: 1 } });
    expect(await chat('red')).toBe(200);
    await waitFor('red to go', () => upstream.memory.history.at(-1)?.what === 'unload', { timeoutMs: 8_000 });
  });
});

it('in mode sets, models that fit lie beside one another', async () => {
  await open(
    { mode: 'sets', capacity_vram_mib: 24_000 },
    { red: { vram_mib: 10_000 }, blue: { vram_mib: 12_000 } },
  );
  for (const model of ['red', 'blue', 'red', 'blue', 'red']) expect(await chat(model)).toBe(200);
  expect(loads()).toHaveLength(2);
  expect((await lane()).loaded.map(({ model }) => model).toSorted()).toEqual(['blue', 'red']);
});

describe('headers tell how it waited', () => {
  const waited = ({ headers }: Response) =>
    ['queue-ms', 'queue-position', 'model-load-ms'].map((name) => {
      const value = headers.get(`x-sluice-${name}`);
      return value === null ? null : Number(value);
    });

  const ask = async (model: string, more: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-one', ...more },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    await answer.arrayBuffer();
    return answer;
  };

  it('for its turn and for its model, and say nothing of what did not happen', async () => {
    await open({ mode: 'swap' }, { red: {}, blue: {} });
    upstream.memory.mood.loadMs = 400;
    const [queueMs, position, loadMs] = waited(await ask('red'));
    expect(position).toBe(1);
    expect(loadMs).toBeGreaterThanOrEqual(400);
    expect(queueMs).toBeGreaterThanOrEqual(loadMs ?? Number.POSITIVE_INFINITY);
    expect(waited(await ask('red'))).toEqual([0, null, null]);
  });

  it('on errors too', async () => {
    await open({ mode: 'swap' }, { red: {}, blue: {} });
    upstream.memory.mood.loadMs = 400;
    // The first is for the load.
    upstream.queueScenarios('words=1', 'status=500');
    const failed = await ask('red');
    expect([failed.status, waited(failed)[1]]).toEqual([502, 1]);
    expect(waited(failed)[2]).toBeGreaterThanOrEqual(400);

    upstream.queueScenarios('delay=2500');
    const first = ask('red');
    await waitFor('it to run', async () => (await lane()).loaded[0]?.in_use === 1);
    const [late, later] = await Promise.all(
      [1, 2].map(() => ask('blue', { 'x-stainless-timeout': '1' })) as [Promise<Response>, Promise<Response>],
    );
    expect([late.status, later.status]).toEqual([504, 504]);
    expect([waited(late)[1], waited(later)[1]].toSorted()).toEqual([1, 2]);
    expect(waited(late)[0]).toBeGreaterThanOrEqual(1000);
    expect(waited(late)[2]).toBeNull();
    await first;
  });
});
