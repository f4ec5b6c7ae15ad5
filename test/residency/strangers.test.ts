/** Models in memory that nobody here has loaded: left, unloaded, or reason enough not to load beside them. */
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import type { RuntimeKind } from '../fake-upstream/runtimes/runtimes.ts';
import { waitFor } from '../support/wait-for.ts';
import { KeptHouse } from './kept-house.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function fakeOf(runtime: RuntimeKind): Promise<FakeUpstream> {
  const fake = await startFakeUpstream({ runtime, models: ['m', 'm2'] });
  open.push(fake);
  return fake;
}

function entry(name: string, type: string, fake: FakeUpstream, foreign?: string): object {
  return {
    type,
    name,
    base_url: fake.url,
    sequence_group: 'gpu',
    models: { m: null, m2: null },
    residency: { settle_ms: 400, ...(foreign && { foreign }) },
  };
}

async function houseOf(...entries: object[]): Promise<KeptHouse> {
  const house = await KeptHouse.of(entries);
  open.push(house);
  return house;
}

/** A house whose group has been taken over: one model of its own is loaded. */
async function atWork(foreign?: string): Promise<{ fake: FakeUpstream; house: KeptHouse }> {
  const fake = await fakeOf('ollama');
  const house = await houseOf(entry('b', 'ollama', fake, foreign));
  await house.load('b', 'm');
  fake.memory.put('stranger:latest');
  return { fake, house };
}

describe('a model that somebody loaded by hand', () => {
  it('is left where it is, and the log says so once', async () => {
    const { fake, house } = await atWork();
    expect(await house.load('b', 'm2')).toMatchObject({ what: 'loaded' });
    await house.load('b', 'm');
    expect(fake.memory.namesIn('loaded').sort()).toEqual(['m2:latest', 'm:latest', 'stranger:latest']);
    const told = await waitFor('the log', () => house.log.filter((line) => line.includes('stranger')));
    expect(told).toEqual(['a model is in memory that Sluice did not load b stranger:latest']);
  });

  it('is unloaded first, and ours are not', async () => {
    const { fake, house } = await atWork('unload');
    expect(await house.load('b', 'm2')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.namesIn('loaded').sort()).toEqual(['m2:latest', 'm:latest']);
    const order = fake.memory.history.slice(-2).map(({ what, model }) => `${what} ${model}`);
    expect(order).toEqual(['unload stranger:latest', 'load m2:latest']);
  });

  it('keeps ours out', async () => {
    const { fake, house } = await atWork('refuse');
    const told = await house.load('b', 'm2');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain('"stranger:latest" of backend "b" is in memory, and was not loaded by Sluice');
    expect(fake.memory.namesIn('loaded')).not.toContain('m2:latest');
  });

  it('that cannot be got rid of keeps ours out as well', async () => {
    const { fake, house } = await atWork('unload');
    fake.memory.mood.lies = 'unload';
    const told = await house.load('b', 'm2');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain('still holds it');
  });

  it('is looked for again by itself, every few seconds', async () => {
    const { house } = await atWork();
    const isSeen = () => house.seen.some(([, models]) => models.includes('stranger:latest'));
    await waitFor('the stranger to be seen', isSeen, { timeoutMs: 8_000 });
    expect(house.log.some((line) => line.includes('stranger'))).toBe(true);
  });
});

describe('what an earlier run left in memory', () => {
  it('goes before the first load, for nobody remembers it', async () => {
    const fake = await fakeOf('ollama');
    fake.memory.put('m2:latest');
    const house = await houseOf(entry('b', 'ollama', fake));
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.namesIn('loaded')).toEqual(['m:latest']);
  });

  it('stays if it is what is to be loaded', async () => {
    const fake = await fakeOf('localai');
    fake.memory.put('m');
    const house = await houseOf(entry('b', 'localai', fake));
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.history.map(({ by }) => by)).toEqual(['hand']);
  });

  it('also in a neighbour of the group, which then sleeps', async () => {
    const [ollama, vllm, other] = [await fakeOf('ollama'), await fakeOf('vllm'), await fakeOf('vllm')];
    const house = await houseOf(entry('o', 'ollama', ollama), entry('v', 'vllm', vllm), {
      ...entry('elsewhere', 'vllm', other),
      sequence_group: 'gpu1',
    });
    await house.load('o', 'm');
    expect([vllm.memory.stateOf('m'), other.memory.stateOf('m')]).toEqual(['unloaded', 'loaded']);
    await house.unload('o', 'm');
    await house.load('v', 'm');
    expect([vllm.memory.stateOf('m'), ollama.memory.residents.size]).toEqual(['loaded', 0]);
  });
});

describe('what ought to be gone and is not', () => {
  it('keeps the next model out until it is', async () => {
    const fake = await fakeOf('localai');
    const house = await houseOf(entry('b', 'localai', fake));
    await house.load('b', 'm');
    fake.memory.mood.lies = 'unload';
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloadFailed' });
    const told = await house.load('b', 'm2');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain('"m" of backend "b" is in memory, and cannot be unloaded');
    fake.memory.mood.lies = undefined;
    expect(await house.load('b', 'm2')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.namesIn('loaded')).toEqual(['m2']);
  });

  it('also when it came after its time', async () => {
    const fake = await fakeOf('llamacpp-router');
    const house = await houseOf({
      ...entry('b', 'llamacpp', fake),
      residency: { settle_ms: 400, load_timeout_s: 0.5 },
    });
    await house.load('b', 'm2');
    await house.unload('b', 'm2');
    fake.memory.mood.loadMs = 1_000;
    // It does not hear that the load is called off.
    fake.memory.mood.lies = 'unload';
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loadFailed' });
    await waitFor('the late model', () => fake.memory.stateOf('m') === 'loaded');
    Object.assign(fake.memory.mood, { loadMs: 0, lies: undefined });
    expect(await house.load('b', 'm2')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.namesIn('loaded')).toEqual(['m2']);
  });
});

describe.each(['comfyui', 'fooocus'] as const)('%s on the same card', (kind) => {
  it('gives its memory back before a model is loaded, once its queue is empty', async () => {
    const [ollama, pictures] = [await fakeOf('ollama'), await fakeOf(kind)];
    const own = { ...entry('p', kind, pictures, 'unload'), models: undefined, base_url: pictures.url };
    const house = await houseOf(entry('o', 'ollama', ollama), own);
    pictures.memory.put('sdxl');
    pictures.memory.mood.strangers = 1;
    const first = await house.load('o', 'm');
    expect(first).toMatchObject({ what: 'loadFailed' });
    expect(first.why).toContain('of backend "p" is in memory');
    expect(pictures.memory.stateOf('sdxl')).toBe('loaded');
    pictures.memory.mood.strangers = 0;
    expect(await house.load('o', 'm')).toMatchObject({ what: 'loaded' });
    expect(pictures.memory.residents.size).toBe(0);
    expect(pictures.memory.history.at(-1)?.atMs).toBeLessThan(ollama.memory.history[0]?.atMs ?? 0);
  });
});

it('a neighbour that is down keeps nobody from working', async () => {
  const [ollama, vllm] = [await fakeOf('ollama'), await fakeOf('vllm')];
  const house = await houseOf(entry('o', 'ollama', ollama), entry('v', 'vllm', vllm, 'refuse'));
  await vllm.close();
  expect(await house.load('o', 'm')).toMatchObject({ what: 'loaded' });
});
