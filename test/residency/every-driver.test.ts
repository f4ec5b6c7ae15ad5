/**
 * Each runtime's memory, over real sockets: the fake plays its control endpoints, and its history says what was really
 * loaded and unloaded.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/providers/load-catalog.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { RUNTIMES, type RuntimeKind } from '../fake-upstream/runtimes/runtimes.ts';
import { staysFalse, waitFor } from '../support/wait-for.ts';
import { KeptHouse, residencyOf } from './kept-house.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Stage {
  readonly fake: FakeUpstream;
  readonly house: KeptHouse;
}

/** The type of backend each of the fake's runtimes is an instance of. */
const typeOf = (kind: RuntimeKind) => kind.replace(/-(router|v0)$/, '');

async function stage(kind: RuntimeKind, residency: object = {}): Promise<Stage> {
  const fake = await startFakeUpstream({ runtime: kind, models: ['m', 'm2'] });
  open.push(fake);
  const entry = {
    type: typeOf(kind),
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    models: { m: null, m2: null },
    residency: { settle_ms: 400, load_timeout_s: 3, ...residency },
  };
  const house = await KeptHouse.of([entry]);
  open.push(house);
  return { fake, house };
}

/** As the runtime itself calls it. */
const spelled = (kind: RuntimeKind, model: string) => (kind === 'ollama' ? `${model}:latest` : model);

const oneModel: readonly RuntimeKind[] = ['vllm', 'sglang'];
const managed: readonly RuntimeKind[] = [
  'ollama',
  'llamacpp-router',
  'lmstudio',
  'localai',
  'llama-swap',
  ...oneModel,
];

/** A stage on which `m` is not in memory, and nothing is in the history. */
async function emptyStage(kind: RuntimeKind, residency: object = {}): Promise<Stage> {
  const set = await stage(kind, residency);
  if (oneModel.includes(kind)) expect(await set.house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
  set.fake.memory.history.length = 0;
  return set;
}

describe.each(managed)('%s', (kind) => {
  it('loads, and is believed when the model is there', async () => {
    const { fake, house } = await emptyStage(kind);
    fake.memory.mood.loadMs = 300;
    expect(house.port.manages(residencyOf('b', 'm'))).toBe(true);
    const told = await house.load('b', 'm');
    expect(told).toMatchObject({ what: 'loaded', key: 'b/m' });
    expect(told.tookMs).toBeGreaterThanOrEqual(290);
    expect(fake.memory.stateOf(spelled(kind, 'm'))).toBe('loaded');
    expect(fake.memory.history).toMatchObject([{ what: 'load', model: spelled(kind, 'm'), by: 'control' }]);
  });

  it('unloads, and is believed when the model is gone', async () => {
    const { fake, house } = await emptyStage(kind);
    await house.load('b', 'm');
    fake.memory.mood.unloadMs = 200;
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded', key: 'b/m' });
    expect(fake.memory.residents.size).toBe(0);
    expect(fake.memory.history.map(({ what }) => what)).toEqual(['load', 'unload']);
  });

  it('a refusal is reported with its status, and not with an address', async () => {
    const { fake, house } = await emptyStage(kind);
    fake.memory.mood.refuses = 500;
    const told = await house.load('b', 'm');
    expect(told).toMatchObject({ what: 'loadFailed', key: 'b/m' });
    expect(told.why).toContain('status 500');
    expect(told.why).not.toContain('127.0.0.1');
  });

  it('is loaded once, however often it is asked for', async () => {
    const { fake, house } = await emptyStage(kind);
    await house.load('b', 'm');
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.history).toHaveLength(1);
  });

  it('what it cannot do in time has failed, and is called off', async () => {
    const { fake, house } = await emptyStage(kind, { load_timeout_s: 1 });
    fake.memory.mood.loadMs = 2_000;
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loadFailed' });
    // The load goes on in there for a while; what comes of it must not stay.
    if (kind !== 'sglang')
      await waitFor('the model to be gone again', () => fake.memory.history.at(-1)?.what === 'unload');
  });

  it('a server that is not there is a failure with a reason', async () => {
    const { fake, house } = await emptyStage(kind);
    await fake.close();
    const told = await house.load('b', 'm');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain('could not be reached');
  });
});

describe.each(managed.filter((kind) => kind !== 'sglang'))('%s, which can be asked,', (kind) => {
  it('that says it has loaded and has not, is not believed', async () => {
    const { fake, house } = await emptyStage(kind);
    fake.memory.mood.lies = 'load';
    expect(await house.load('b', 'm')).toMatchObject({
      what: 'loadFailed',
      why: 'It says it has loaded "m", but does not hold it.',
    });
  });

  it('that says it has unloaded and has not, is not believed', async () => {
    const { fake, house } = await emptyStage(kind);
    await house.load('b', 'm');
    fake.memory.mood.lies = 'unload';
    expect(await house.unload('b', 'm')).toMatchObject({
      what: 'unloadFailed',
      why: 'It says it has unloaded "m", but still holds it.',
    });
  });

  it('tells what it holds, by our names, after each change', async () => {
    const { house } = await emptyStage(kind);
    await house.load('b', 'm');
    const hold = oneModel.includes(kind) ? ['m', 'm2'] : ['m'];
    await waitFor('the model to be seen', () => house.seen.some(([, models]) => `${models}` === `${hold}`));
    await house.unload('b', 'm');
    await waitFor('nothing to be seen', () => house.seen.at(-1)?.[1].length === 0);
  });
});

describe.each(['llamacpp-router', 'vllm', 'sglang', 'localai'] as const)(
  '%s, which tells who is at work,',
  (kind) => {
    it('is not unloaded before it is idle', async () => {
      const { fake, house } = await emptyStage(kind, { settle_ms: 5_000 });
      await house.load('b', 'm');
      fake.memory.mood.strangers = 1;
      const outcome = house.unload('b', 'm');
      const looks = () =>
        fake.journal.entries.filter(({ operation }) => /slots|metrics|monitor/.test(operation)).length;
      await waitFor('it to be asked twice', () => looks() >= 2);
      expect(fake.memory.stateOf('m')).toBe('loaded');
      fake.memory.mood.strangers = 0;
      expect(await outcome).toMatchObject({ what: 'unloaded' });
      expect(fake.memory.history.map(({ what }) => what)).toEqual(['load', 'unload']);
    });

    it('is left alone when it does not fall idle', async () => {
      const { fake, house } = await emptyStage(kind);
      await house.load('b', 'm');
      fake.memory.mood.strangers = 1;
      const told = await house.unload('b', 'm');
      expect(told).toMatchObject({ what: 'unloadFailed' });
      expect(told.why).toContain('still at work');
      expect(fake.memory.stateOf('m')).toBe('loaded');
    });
  },
);

describe.each(['llamacpp', 'tgi', 'lmstudio-v0'] as const)('%s, which holds what it holds,', (kind) => {
  it('is not managed once it was looked at, and does as it is told to at no time', async () => {
    const { fake, house } = await stage(kind);
    await waitFor('a look', () => house.seen.length > 0);
    expect(house.port.manages(residencyOf('b', 'm'))).toBe(false);
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloadFailed' });
    expect(fake.memory.history).toEqual([]);
  });
});

describe.each(['llamacpp', 'ollama'] as const)('%s, which is starting,', (kind) => {
  it('is neither loaded nor a failure', async () => {
    const { fake, house } = await stage(kind);
    fake.memory.mood.isStarting = true;
    const outcome = house.load('b', 'm');
    // Longer than a model may stay out of sight that nobody is loading.
    await staysFalse('it gave up', () => house.told.length > 0, 900);
    fake.memory.mood.isStarting = false;
    expect(await outcome).toMatchObject({ what: 'loaded' });
  });
});

it('a runtime that says 503 to a load is busy with it, not broken', async () => {
  const { fake, house } = await stage('ollama');
  fake.memory.mood.refuses = 503;
  const outcome = house.load('b', 'm');
  await waitFor('it to be asked', () => fake.journal.entries.some(({ status }) => status === 503));
  fake.memory.put('m:latest');
  expect(await outcome).toMatchObject({ what: 'loaded' });
});

it('the fake plays every runtime this catalogue has a driver for', async () => {
  const driven = (await loadCatalog()).all.filter(({ driver }) => driver !== undefined);
  const played = new Set((Object.keys(RUNTIMES) as RuntimeKind[]).map(typeOf));
  expect([...played].sort()).toEqual(driven.map(({ name }) => name));
});
