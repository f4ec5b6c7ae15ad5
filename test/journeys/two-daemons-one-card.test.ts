/** Two daemons that know nothing of each other must not referee one card: the second is told, and the kernel forgets the dead. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../support/gateway.ts';
import type { GatewayConfig } from '../support/gateway-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

let card: FakeUpstream;
let other: FakeUpstream;
let started: RunningGateway[];
let locks: string;

beforeEach(async () => {
  [card, other] = await Promise.all([startFakeUpstream(), startFakeUpstream()]);
  started = [];
  locks = tempFolder('sluice-locks-');
});

afterEach(async () => {
  await Promise.all(started.map((gateway) => gateway.stop()));
  await Promise.all([card.close(), other.close()]);
});

function configFor(url: string, group: string | null = 'gpu'): GatewayConfig {
  return {
    backends: {
      sequence_groups: { gpu: {} },
      backends: [
        {
          type: 'openai-compatible',
          name: 'runtime',
          base_url: `${url}/v1`,
          supports: { chat: ['*'] },
          ...(group === null ? {} : { sequence_group: group }),
        },
      ],
    },
  };
}

async function start(options: GatewayOptions): Promise<RunningGateway> {
  const gateway = await startGateway({ ...options, env: { SLUICE_LOCK_DIR: locks } });
  started.push(gateway);
  return gateway;
}

/** The address of the same server under another of its names. */
const byName = (url: string) => url.replace('127.0.0.1', 'localhost');

async function chat({ baseUrl, key }: RunningGateway, model: string): Promise<number> {
  const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

it('refuses to start beside another on the same server, and says who that is and what to do', async () => {
  const first = await start({ config: configFor(card.url) });
  const second = start({ config: configFor(byName(card.url)) });
  await expect(second).rejects.toThrow(
    new RegExp(
      `Another Sluice \\(PID ${first.pid}, configuration ${first.folder.configDir}\\) already keeps the turns at .*` +
        'backend "runtime" in sequence group "gpu".*take the backend out of its sequence_group',
      's',
    ),
  );
  expect(await chat(first, 'm')).toBe(200);
});

it('lets in whoever has no group there, and whoever has another server', async () => {
  await start({ config: configFor(card.url) });
  const [ungrouped, elsewhere] = [
    await start({ config: configFor(card.url, null) }),
    await start({ config: configFor(other.url) }),
  ];
  expect([await chat(ungrouped, 'm'), await chat(elsewhere, 'm')]).toEqual([200, 200]);
});

it('starts at once after the first was killed with -9', async () => {
  const first = await start({ config: configFor(card.url) });
  await first.kill9();
  expect(await chat(await start({ config: configFor(card.url) }), 'm')).toBe(200);
});

it('refuses a reload onto a card that is taken, keeps the old configuration, and takes it once it is free', async () => {
  const first = await start({ config: configFor(card.url) });
  const second = await start({ config: configFor(other.url) });
  expect(await second.reload(configFor(card.url))).toMatchObject({
    body: {
      status: 'refused',
      complaints: [{ message: expect.stringContaining('already keeps the turns') }],
    },
  });
  expect(await chat(second, 'm')).toBe(200);
  expect(other.journal.entries.some(({ method }) => method === 'POST')).toBe(true);

  expect(await first.reload(configFor(card.url, null))).toMatchObject({ body: { status: 'reloaded' } });
  await waitFor('the card to be let go', async () => {
    const { body } = await second.reload(configFor(card.url));
    return (body as { status: string }).status === 'reloaded';
  });
  // The old one is let go as well.
  await waitFor('the other card to be let go', async () => {
    const { body } = await first.reload(configFor(other.url));
    return (body as { status: string }).status === 'reloaded';
  });
});

it('keeps a server that a reload took out until its last request has ended', async () => {
  const first = await start({ config: configFor(card.url) });
  const second = await start({ config: configFor(other.url) });
  const running = chat(first, 'm!words=6!slow=500');
  await waitFor('it to run', () => card.journal.entries.some(({ method }) => method === 'POST'));
  expect(await first.reload(configFor(card.url, null))).toMatchObject({ body: { status: 'reloaded' } });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await second.reload(configFor(card.url))).toMatchObject({ body: { status: 'refused' } });
  expect(await running).toBe(200);
  await waitFor('the card to be let go', async () => {
    const { body } = await second.reload(configFor(card.url));
    return (body as { status: string }).status === 'reloaded';
  });
});
