/** What is special about one runtime, the commands of the operator, and what a reload leaves alone. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FakeUpstream,
  type FakeUpstreamOptions,
  startFakeUpstream,
} from '../fake-upstream/fake-upstream.ts';
import type { RuntimeKind } from '../fake-upstream/runtimes/runtimes.ts';
import { makeBackends } from '../support/made-backends.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import { KeptHouse, residencyOf } from './kept-house.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function fakeOf(options: FakeUpstreamOptions): Promise<FakeUpstream> {
  const fake = await startFakeUpstream({ models: ['m', 'm2'], ...options });
  open.push(fake);
  return fake;
}

async function houseOf(entry: object, environment: Record<string, string> = {}): Promise<KeptHouse> {
  const house = await KeptHouse.of([entry], environment);
  open.push(house);
  return house;
}

const quick = { settle_ms: 400, load_timeout_s: 3 };

const asked = (fake: FakeUpstream, method = 'POST') =>
  fake.journal.entries.filter((entry) => entry.method === method).map(({ path, sent }) => [path, sent]);

describe('ollama', () => {
  it('loads with the pinned options and keeps the model until it is told otherwise', async () => {
    const fake = await fakeOf({ runtime: 'ollama' });
    const models = { m: { load_options: { num_ctx: 8192 } }, m2: { load_options: { keep_alive: '1h' } } };
    const house = await houseOf({
      type: 'ollama',
      name: 'b',
      base_url: `${fake.url}/v1`,
      sequence_group: 'gpu',
      residency: quick,
      models,
    });
    await house.load('b', 'm');
    await house.load('b', 'm2');
    await house.unload('b', 'm');
    const stream = false;
    expect(asked(fake)).toEqual([
      ['/api/generate', { model: 'm', options: { num_ctx: 8192 }, keep_alive: -1, stream }],
      ['/api/generate', { model: 'm2', options: {}, keep_alive: '1h', stream }],
      ['/api/generate', { model: 'm', keep_alive: 0, stream }],
    ]);
    expect(fake.memory.residents.get('m2:latest')?.state).toBe('loaded');
  });

  it('loads what only embeds by embedding nothing', async () => {
    const fake = await fakeOf({ runtime: 'ollama' });
    const house = await houseOf({
      type: 'ollama',
      name: 'b',
      base_url: fake.url,
      sequence_group: 'gpu',
      residency: quick,
    });
    expect(await house.load('b', 'nomic-embed')).toMatchObject({ what: 'loaded' });
    expect(asked(fake).map(([path]) => path)).toEqual(['/api/generate', '/api/embed']);
    expect(await house.unload('b', 'nomic-embed')).toMatchObject({ what: 'unloaded' });
    expect(fake.memory.residents.size).toBe(0);
  });
});

describe('llama.cpp as a router', () => {
  const routed = (fake: FakeUpstream, ...models: string[]) =>
    houseOf({
      type: 'llamacpp',
      name: 'b',
      base_url: fake.url,
      sequence_group: 'gpu',
      residency: quick,
      models,
    });

  it('a model that sleeps is thrown out without being woken', async () => {
    const fake = await fakeOf({ runtime: 'llamacpp-router' });
    const house = await routed(fake, 'm');
    await house.load('b', 'm');
    fake.memory.residents.set('m', { state: 'sleeping', options: {} });
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
    expect(fake.memory.history.map(({ what }) => what)).toEqual(['load', 'unload']);
  });

  it('a model is found in its list by an alias too', async () => {
    const fake = await fakeOf({ runtime: 'llamacpp-router' });
    const house = await routed(fake, 'also-m');
    expect(await house.load('b', 'also-m')).toMatchObject({ what: 'loaded' });
    await waitFor('it to be seen by that name', () => `${house.seen.at(-1)}` === 'b,also-m');
    expect(await house.unload('b', 'also-m')).toMatchObject({ what: 'unloaded' });
    expect(fake.memory.history.map(({ what, model }) => [what, model])).toEqual([
      ['load', 'm'],
      ['unload', 'm'],
    ]);
  });

  it('a load that is called off is seen dead before anybody is told, and the next one begins anew', async () => {
    const fake = await fakeOf({ runtime: 'llamacpp-router' });
    const house = await houseOf({
      type: 'llamacpp',
      name: 'b',
      base_url: fake.url,
      sequence_group: 'gpu',
      residency: { ...quick, load_timeout_s: 0.5 },
    });
    Object.assign(fake.memory.mood, { loadMs: 60_000, unloadMs: 200 });
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loadFailed' });
    expect(fake.memory.stateOf('m')).toBe('failed');
    fake.memory.mood.loadMs = 0;
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
  });

  it('a model it does not have is not loaded, and that is what is told', async () => {
    const fake = await fakeOf({ runtime: 'llamacpp-router' });
    const told = await (await routed(fake, 'm3')).load('b', 'm3');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain('model is not found');
  });
});

it('vllm at sleep level 2 gets its weights again before its cache', async () => {
  const fake = await fakeOf({ runtime: 'vllm' });
  const house = await houseOf({
    type: 'vllm',
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    models: ['m'],
    residency: { ...quick, sleep_level: 2 },
  });
  expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
  expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
  expect(asked(fake).map(([path]) => path)).toEqual([
    '/sleep?level=2',
    '/wake_up?tags=weights',
    '/collective_rpc',
    '/wake_up?tags=kv_cache',
    '/v1/completions',
  ]);
});

describe('vllm that was woken', () => {
  const sleeper = async () => {
    const fake = await fakeOf({ runtime: 'vllm' });
    const house = await houseOf({
      type: 'vllm',
      name: 'b',
      base_url: `${fake.url}/v1`,
      sequence_group: 'gpu',
      models: ['m'],
      residency: quick,
    });
    await house.unload('b', 'm');
    return { fake, house };
  };

  it('writes one token for nobody', async () => {
    const { fake, house } = await sleeper();
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    const [path, sent] = asked(fake).at(-1) ?? [];
    expect(path).toBe('/v1/completions');
    expect(sent).toMatchObject({ model: 'm', max_tokens: 1 });
  });

  it('may refuse to: a model that writes nothing is there all the same', async () => {
    const { fake, house } = await sleeper();
    fake.queueScenarios('words=1', 'status=400');
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    expect(fake.journal.work.at(-1)).toMatchObject({ path: '/v1/completions', status: 400 });
  });

  it('and sleeps all the same is not asked to', async () => {
    const { fake, house } = await sleeper();
    fake.memory.mood.lies = 'load';
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loadFailed' });
    expect(asked(fake).map(([path]) => path)).not.toContain('/v1/completions');
  });
});

it('vllm without sleep mode is not managed', async () => {
  const fake = await fakeOf({});
  const house = await houseOf({
    type: 'vllm',
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    models: ['m'],
  });
  await waitFor('a look', () => house.seen.length > 0);
  expect(house.seen[0]).toEqual(['b', ['m']]);
  expect(house.port.manages(residencyOf('b', 'm'))).toBe(false);
});

it('lmstudio is rid of every instance of a model', async () => {
  const fake = await fakeOf({ runtime: 'lmstudio' });
  const models = { m: { load_options: { context_length: 4096 } } };
  const house = await houseOf({
    type: 'lmstudio',
    name: 'b',
    base_url: `${fake.url}/v1`,
    sequence_group: 'gpu',
    residency: quick,
    models,
  });
  await house.load('b', 'm');
  expect(asked(fake)).toEqual([['/api/v1/models/load', { model: 'm', context_length: 4096 }]]);
  fake.memory.put('m:2');
  expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
  expect(fake.memory.residents.size).toBe(0);
});

it('lmstudio knows a model by its variant as well', async () => {
  const fake = await fakeOf({ runtime: 'lmstudio' });
  const house = await houseOf({
    type: 'lmstudio',
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    residency: { ...quick, foreign: 'unload' },
    models: ['m@q4', 'm2'],
  });
  expect(await house.load('b', 'm@q4')).toMatchObject({ what: 'loaded' });
  expect(await house.load('b', 'm2')).toMatchObject({ what: 'loaded' });
  await waitFor('both to be seen', () => `${house.seen.at(-1)?.[1]}` === 'm@q4,m2');
  expect(fake.memory.namesIn('loaded')).toEqual(['m', 'm2']);
  expect(await house.unload('b', 'm@q4')).toMatchObject({ what: 'unloaded' });
  expect(fake.memory.namesIn('loaded')).toEqual(['m2']);
});

it('the key goes along, and out of what a runtime says about it', async () => {
  const fake = await fakeOf({ runtime: 'localai', keys: ['sk-right'] });
  const entry = { type: 'localai', name: 'b', base_url: fake.url, sequence_group: 'gpu', residency: quick };
  const good = await houseOf({ ...entry, api_key: 'sk-right' });
  expect(await good.load('b', 'm')).toMatchObject({ what: 'loaded' });
  const bad = await houseOf({ ...entry, api_key: 'sk-wrong-one' });
  const told = await bad.load('b', 'm2');
  expect(told).toMatchObject({ what: 'loadFailed' });
  expect(told.why).toContain('status 401');
  expect(told.why).not.toContain('sk-wrong-one');
});

describe('commands of the operator', () => {
  function folder(): string {
    const home = tempFolder('commands-');
    mkdirSync(join(home, 'models'));
    return home;
  }

  /** A runtime that is a folder: a file in it is a loaded model. */
  function inFolder(home: string, more: object = {}) {
    return {
      type: 'openai-compatible',
      name: 'b',
      base_url: 'http://127.0.0.1:9/v1',
      api_key: 'sk-of-the-backend',
      sequence_group: 'gpu',
      models: { 'org/m': { load_options: { n: 1 } } },
      residency: { settle_ms: 600, load_timeout_s: 2 },
      commands: {
        loaded: `cd ${home} && ls models | sed s_@_/_`,
        load: `cd ${home} && env > seen && printf %s "$SLUICE_LOAD_OPTIONS" > "models/$(echo "$SLUICE_MODEL" | tr / @)"`,
        unload: `cd ${home} && rm "models/$(echo "$SLUICE_MODEL" | tr / @)"`,
        busy: `test -e ${home}/busy`,
        timeout_s: 2,
        ...more,
      },
    };
  }

  it('load, unload, and say what is there', async () => {
    const home = folder();
    const environment = { PATH: process.env.PATH ?? '', ADMIN_TOKEN: 'secret', CUDA_VISIBLE_DEVICES: '1' };
    const house = await houseOf(inFolder(home), environment);
    expect(house.port.manages(residencyOf('b', 'org/m'))).toBe(true);
    expect(await house.load('b', 'org/m')).toMatchObject({ what: 'loaded' });
    expect(readFileSync(join(home, 'models', 'org@m'), 'utf8')).toBe('{"n":1}');
    const seen = readFileSync(join(home, 'seen'), 'utf8');
    expect(seen).toContain('CUDA_VISIBLE_DEVICES=1');
    expect(seen).toContain('SLUICE_MODEL=org/m\n');
    expect(seen).toContain('SLUICE_BASE_URL=http://127.0.0.1:9/v1\n');
    expect(seen).not.toContain('secret');
    expect(seen).not.toContain('sk-of-the-backend');
    await waitFor('it to be seen', () => house.seen.some(([, models]) => `${models}` === 'org/m'));
    writeFileSync(join(home, 'busy'), '');
    expect(await house.unload('b', 'org/m')).toMatchObject({ what: 'unloadFailed' });
    rmSync(join(home, 'busy'));
    expect(await house.unload('b', 'org/m')).toMatchObject({ what: 'unloaded' });
    expect(readdirSync(join(home, 'models'))).toEqual([]);
  });

  it.each([
    ['fails', { load: 'echo no such card >&2; exit 3' }, 'ended with status 3: no such card'],
    ['does nothing', { load: 'true' }, 'It says it has loaded "org/m", but does not hold it.'],
    ['never ends', { load: 'sleep 30 & wait' }, 'It did not answer in time.'],
  ])('a load that %s has failed', async (_, more, why) => {
    const home = folder();
    const house = await houseOf(inFolder(home, more), { PATH: process.env.PATH ?? '' });
    const told = await house.load('b', 'org/m');
    expect(told).toMatchObject({ what: 'loadFailed' });
    expect(told.why).toContain(why);
  });

  it('one that leaves a server running does not wait for it, and 75 means it is loading', async () => {
    const home = folder();
    const server = `(sleep 1; touch ${home}/up; sleep 1) & echo started`;
    const loaded = `test -e ${home}/up && echo '*' || { test -e ${home}/began && exit 75; true; }`;
    const house = await houseOf(inFolder(home, { load: `touch ${home}/began; ${server}`, loaded }), {
      PATH: process.env.PATH ?? '',
    });
    const told = await house.load('b', 'org/m');
    expect(told).toMatchObject({ what: 'loaded' });
    expect(told.tookMs).toBeGreaterThan(800);
  });

  it('stand in for a part of what a type knows', async () => {
    const home = folder();
    const fake = await fakeOf({ runtime: 'vllm' });
    const house = await houseOf(
      {
        type: 'vllm',
        name: 'b',
        base_url: fake.url,
        sequence_group: 'gpu',
        models: ['m'],
        residency: quick,
        commands: { unload: `touch ${home}/asked; exit 4` },
      },
      { PATH: process.env.PATH ?? '' },
    );
    const told = await house.unload('b', 'm');
    expect(told.why).toContain('`commands.unload` ended with status 4');
    expect(asked(fake)).toEqual([]);
  });
});

describe('a load that has begun and that nobody waits for any more', () => {
  const group = { name: 'b', sequence_group: 'gpu', models: ['m', 'm2'], residency: quick };
  const outcomes = (house: KeptHouse) => house.told.map(({ what, key, why }) => [what, key, why]);
  const nobody = 'Nobody waited for it any more.';

  it('is broken off at once where it is a command', async () => {
    const home = tempFolder('commands-');
    const house = await houseOf(
      {
        ...group,
        type: 'openai-compatible',
        base_url: 'http://127.0.0.1:9/v1',
        commands: {
          loaded: `cd ${home} && ls`,
          load: `cd ${home} && touch began && sleep 30 && touch m`,
          unload: `cd ${home} && rm -f began m`,
        },
        residency: { ...quick, load_timeout_s: 40 },
      },
      { PATH: process.env.PATH ?? '' },
    );
    house.port.load(residencyOf('b', 'm'));
    await waitFor('it to begin', () => readdirSync(home).includes('began'));
    const fromMs = performance.now();
    house.port.abandonLoad(residencyOf('b', 'm'));
    await waitFor('an outcome', () => house.told.length > 0);
    expect(performance.now() - fromMs).toBeLessThan(5_000);
    expect(outcomes(house)).toEqual([['loadFailed', 'b/m', nobody]]);
    expect(house.log).toEqual([]);
  });

  it.each([
    ['ollama', 'goes on in peace', ['load m', 'unload m', 'load m2']],
    ['llamacpp', 'kills it while it loads', ['unload m', 'load m2']],
    ['localai', 'goes on in peace', ['load m', 'unload m', 'load m2']],
  ])('leaves nothing in %s, which %s', async (type, _how, history) => {
    const fake = await fakeOf({ runtime: (type === 'llamacpp' ? 'llamacpp-router' : type) as RuntimeKind });
    const house = await houseOf({ ...group, type, base_url: fake.url });
    fake.memory.mood.loadMs = 1_500;
    house.port.load(residencyOf('b', 'm'));
    await waitFor('it to begin', () => fake.memory.namesIn('loading').length > 0);
    house.port.abandonLoad(residencyOf('b', 'm'));
    house.port.load(residencyOf('b', 'm2'));
    await waitFor('both outcomes', () => house.told.length === 2);
    expect(outcomes(house)).toEqual([
      ['loadFailed', 'b/m', nobody],
      ['loaded', 'b/m2', undefined],
    ]);
    expect(fake.memory.history.map(({ what, model }) => `${what} ${model.replace(':latest', '')}`)).toEqual(
      history,
    );
  });

  it('is seen through where a model merely wakes', async () => {
    const fake = await fakeOf({ runtime: 'vllm' });
    const house = await houseOf({ ...group, type: 'vllm', base_url: fake.url, models: ['m'] });
    await house.unload('b', 'm');
    fake.memory.mood.loadMs = 500;
    house.port.load(residencyOf('b', 'm'));
    await waitFor('it to begin', () => fake.memory.namesIn('loading').length > 0);
    house.port.abandonLoad(residencyOf('b', 'm'));
    await waitFor('an outcome', () => house.told.length === 2);
    expect(outcomes(house).at(-1)).toEqual(['loaded', 'b/m', undefined]);
  });
});

describe('a reload', () => {
  const entry = (fake: FakeUpstream, more: object = {}) => ({
    type: 'sglang',
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    models: ['m'],
    residency: quick,
    ...more,
  });

  it('does not forget what was done to a runtime that cannot be asked', async () => {
    const fake = await fakeOf({ runtime: 'sglang' });
    const house = await houseOf(entry(fake));
    await house.unload('b', 'm');
    house.keeper.watch((await makeBackends(entry(fake, { priority: 3 }))).values());
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loaded' });
    expect(fake.memory.history.map(({ what }) => what)).toEqual(['unload', 'load']);
  });

  it('that takes a backend away leaves it reachable until its model is out', async () => {
    const fake = await fakeOf({ runtime: 'ollama' });
    const house = await houseOf(entry(fake, { type: 'ollama' }));
    await house.load('b', 'm');
    house.keeper.watch([]);
    expect(await house.unload('b', 'm')).toMatchObject({ what: 'unloaded' });
    expect(fake.memory.residents.size).toBe(0);
    expect(await house.load('b', 'm')).toMatchObject({ what: 'loadFailed' });
  });
});

it('a load nobody waits for any more is not begun', async () => {
  const fake = await fakeOf({ runtime: 'ollama' });
  fake.memory.mood.loadMs = 300;
  const house = await houseOf({
    type: 'ollama',
    name: 'b',
    base_url: fake.url,
    sequence_group: 'gpu',
    residency: quick,
  });
  house.port.load(residencyOf('b', 'm'));
  house.port.load(residencyOf('b', 'm2'));
  house.port.abandonLoad(residencyOf('b', 'm2'));
  await waitFor('both outcomes', () => house.told.length === 2);
  expect(house.told).toMatchObject([
    { what: 'loaded', key: 'b/m' },
    { what: 'loadFailed', key: 'b/m2', why: 'Nobody waited for it any more.' },
  ]);
  expect(fake.memory.history).toHaveLength(1);
});
