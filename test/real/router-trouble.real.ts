/** llama.cpp's own router when things are not as they should be: strangers in its memory, broken files, sudden deaths. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';
import { installLlamaServer } from './install-llama-server.ts';
import { folderOfModels, type LlamaRouter, type RouterOptions, startLlamaRouter } from './llama-router.ts';
import { readRouterRecords } from './router-records.ts';

const processes = promisify(execFile);

let server: string;
let models: string;
let router: LlamaRouter;
let gateway: RunningGateway;

beforeAll(async () => {
  server = await installLlamaServer();
  models = folderOfModels({
    red: { seed: 1 },
    blue: { seed: 2 },
    green: { seed: 3 },
    broken: Buffer.from('GGUF and then nothing that makes sense'),
  });
});

afterEach(async () => {
  await gateway?.stop();
  await router?.stop();
});

interface Setting {
  readonly models?: Readonly<Record<string, object>>;
  readonly residency?: object;
  readonly router?: RouterOptions;
}

async function open(setting: Setting = {}): Promise<void> {
  router = await startLlamaRouter(server, models, setting.router);
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'lab', name: 'Lab' }],
      backends: {
        sequence_groups: { gpu: { mode: 'swap' } },
        backends: [
          {
            type: 'llamacpp',
            name: 'router',
            base_url: `${router.url}/v1`,
            sequence_group: 'gpu',
            models: { red: {}, blue: {}, broken: {}, ...setting.models },
            residency: setting.residency ?? {},
          },
        ],
      },
    },
  });
}

async function chat(model: string, tokens = 8): Promise<{ status: number; told: string }> {
  const answer = await chatAt(`${gateway.baseUrl}/v1`, model, tokens, gateway.key);
  return { status: answer.status, told: await answer.text() };
}

function chatAt(url: string, model: string, tokens: number, key = 'none'): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      max_tokens: tokens,
      ignore_eos: true,
      messages: [{ role: 'user', content: 'Where?' }],
    }),
  });
}

/** As somebody at the machine does it. */
async function loadByHand(model: string): Promise<void> {
  const answer = await fetch(`${router.url}/models/load`, {
    method: 'POST',
    body: JSON.stringify({ model }),
  });
  expect(answer.status).toBe(200);
  await waitFor(`${model} to be there`, async () => (await states()).get(model) === 'loaded');
}

/** In the router's own words. */
async function states(): Promise<Map<string, string>> {
  const { data } = (await (await fetch(`${router.url}/models`)).json()) as {
    data: { id: string; status: { value: string } }[];
  };
  return new Map(data.map(({ id, status }) => [id, status.value]));
}

async function loaded(): Promise<string[]> {
  return [...(await states())].flatMap(([id, state]) => (state === 'unloaded' ? [] : [id])).toSorted();
}

const story = () => readRouterRecords(router.lines);

describe('a model that somebody loaded by hand', () => {
  async function beside(foreign: string): Promise<void> {
    await open({ residency: { foreign } });
    expect((await chat('red')).status).toBe(200);
    await loadByHand('green');
  }

  it('stays under `warn`, and the log says so', async () => {
    await beside('warn');
    expect((await chat('blue')).status).toBe(200);
    expect(await loaded()).toEqual(['blue', 'green']);
    const lines = [...gateway.stdoutLines, ...gateway.stderrLines];
    expect(lines.filter((line) => /did not load/.test(line) && /green/.test(line))).toHaveLength(1);
  });

  it('goes under `unload` before another is loaded', async () => {
    await beside('unload');
    expect((await chat('blue')).status).toBe(200);
    expect(await loaded()).toEqual(['blue']);
  });

  it('keeps ours out under `refuse`', async () => {
    await beside('refuse');
    const { status, told } = await chat('blue');
    expect(status).toBe(503);
    expect(told).toContain('no_healthy_backend');
    expect(await loaded()).toEqual(['green']);
  });

  it('is not thrown out in the middle of its answer', async () => {
    await open({ residency: { foreign: 'unload', settle_ms: 60_000 } });
    expect((await chat('red')).status).toBe(200);
    await loadByHand('green');
    const strangers = chatAt(`${router.url}/v1`, 'green', 1900);
    await waitFor('it to be at work', () => story().begun.includes('green'));
    expect((await chat('blue')).status).toBe(200);
    const answer = (await (await strangers).json()) as { choices: { finish_reason: string }[] };
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(await loaded()).toEqual(['blue']);
  });
});

it('a model at work for somebody else is not swapped out before it is done', async () => {
  await open({ residency: { settle_ms: 60_000 } });
  expect((await chat('red')).status).toBe(200);
  const strangers = chatAt(`${router.url}/v1`, 'red', 1900);
  await waitFor('it to be at work', () => story().begun.length === 2);
  expect((await chat('blue')).status).toBe(200);
  const answer = (await (await strangers).json()) as { choices: { finish_reason: string }[] };
  expect(answer.choices[0]?.finish_reason).toBe('length');
  expect(story().disturbed).toEqual([]);
});

it('a model that is to be warm is there before anybody asks, and one that is idle goes', async () => {
  await open({ models: { red: { warm: true }, blue: { unload_after_s: 1 } } });
  // A load that is under way is broken off when somebody asks for another model.
  await waitFor('red to be there', async () => (await states()).get('red') === 'loaded');
  expect((await chat('blue')).status).toBe(200);
  await waitFor('blue to go', async () => !(await loaded()).includes('blue'));
  expect(
    story()
      .stays.map(({ exitStatus }) => exitStatus)
      .slice(0, 2),
  ).toEqual([0, 0]);
});

it('a file that is no model fails those who ask for it, and nobody else', async () => {
  await open();
  expect((await chat('red')).status).toBe(200);
  const { status, told } = await chat('broken');
  expect(status).toBe(503);
  expect(told).toContain('no_healthy_backend');
  expect((await chat('blue')).status).toBe(200);
  // It is not tried again at once.
  expect((await chat('broken')).status).toBe(503);
  expect(story().stays.filter(({ model }) => model === 'broken')).toHaveLength(1);
  expect(story().mostAtOnce).toBe(1);
});

it('a model that sleeps is swapped out without being woken', async () => {
  await open({ router: { args: ['--sleep-idle-seconds', '1'] } });
  expect((await chat('red')).status).toBe(200);
  await waitFor('red to sleep', async () => (await states()).get('red') === 'sleeping');
  expect((await chat('blue')).status).toBe(200);
  expect(await loaded()).toEqual(['blue']);
  expect(router.lines.filter((line) => /exiting sleeping state/.test(line))).toEqual([]);
});

it('a model is known by its alias, and a router that is full makes room before it says that it loads', async () => {
  const preset = join(tempFolder('sluice-preset-'), 'models.ini');
  writeFileSync(preset, `[red]\nmodel = ${join(models, 'red.gguf')}\nalias = crimson\n`);
  await open({
    models: { crimson: {} },
    router: { modelsMax: 1, args: ['--models-preset', preset] },
  });
  expect((await chat('crimson')).status).toBe(200);
  expect((await chat('blue')).status).toBe(200);
  await loadByHand('green');
  expect((await chat('crimson')).status).toBe(200);
  expect(await loaded()).toEqual(['red']);
  expect(story().disturbed).toEqual([]);
});

describe('a sudden death while a model is loaded', () => {
  /** Its process is there and gets nowhere. */
  async function stuckLoading(): Promise<number> {
    const before = await childrenOf(router.pid);
    const pid = await waitFor('its process', async () =>
      (await childrenOf(router.pid)).find((one) => !before.includes(one)),
    );
    process.kill(pid, 'SIGSTOP');
    return pid;
  }

  it('of the model: those who wait are told, and it is loaded again in its time', async () => {
    await open();
    const asked = chat('red');
    process.kill(await stuckLoading(), 'SIGKILL');
    expect((await asked).status).toBe(503);
    expect((await chat('blue')).status).toBe(200);
    await waitFor('another try', async () => (await chat('red')).status === 200, {
      timeoutMs: 20_000,
      everyMs: 500,
    });
    expect(story().mostAtOnce).toBe(1);
  });

  it('is what a load comes to that takes too long: the model is gone, and the card free for the next', async () => {
    await open({ residency: { load_timeout_s: 1 } });
    const asked = chat('red');
    await stuckLoading();
    expect((await asked).status).toBe(503);
    expect(await loaded()).toEqual([]);
    expect((await chat('blue')).status).toBe(200);
    expect(story().mostAtOnce).toBe(1);
  });

  it('of the router: those who wait are told, and all is well when it is there again', async () => {
    await open();
    const asked = chat('red');
    const pid = await stuckLoading();
    await router.kill9();
    process.kill(pid, 'SIGKILL');
    expect((await asked).status).toBe(503);
    const port = Number(new URL(router.url).port);
    router = await startLlamaRouter(server, models, { port });
    await waitFor('another try', async () => (await chat('red')).status === 200, {
      timeoutMs: 30_000,
      everyMs: 500,
    });
    expect(await loaded()).toEqual(['red']);
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  // It says 1 where there is none.
  const { stdout } = await processes('ps', ['-o', 'pid=', '--ppid', `${pid}`]).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
}
