/** Replicas with one PostgreSQL have one set of apps: what is made, changed or revoked at one holds at all of them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

let postgres: RunningPostgres;
let upstream: FakeUpstream;
let database: TestDatabase;
let gateways: RunningGateway[] = [];

beforeAll(async () => {
  [upstream, postgres] = await Promise.all([startFakeUpstream(), startPostgres()]);
});
beforeEach(async () => {
  database = await postgres.newDatabase();
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  gateways = [];
});
afterAll(() => Promise.all([postgres?.stop(), upstream?.close()]));

const MASTER_KEY = 'a-master-key-of-the-test-and-of-nothing-else';

const configOf = (isShared: boolean) => ({
  daemon: isShared ? { database: { url: database.url, connect_timeout: 1, command_timeout: 1.5 } } : {},
  apps: [{ app_id: 'filed', api_keys: ['sk-of-the-file'] }],
  backends: [{ type: 'echo', name: 'echo' }],
});

async function replica(isShared = true): Promise<RunningGateway> {
  const gateway = await startGateway({ config: configOf(isShared), env: { SLUICE_MASTER_KEY: MASTER_KEY } });
  gateways.push(gateway);
  return gateway;
}

// biome-ignore lint/suspicious/noExplicitAny: the wire is what is looked at here
async function admin(gateway: RunningGateway, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/apps${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

async function ask(gateway: RunningGateway, key: string, model = 'echo'): Promise<number> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(15_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const becomes = (gateway: RunningGateway, key: string, status: number, withinMs: number) =>
  waitFor(`the key to be answered with ${status}`, async () => (await ask(gateway, key)) === status, {
    timeoutMs: withinMs,
    everyMs: 20,
  });

describe('replicas', () => {
  it('have the apps, keys and upstream keys of one another within a second', async () => {
    const [here, there] = [await replica(), await replica()];
    const backend = { type: 'openai-compatible', base_url: `${upstream.url}/v1`, api_key: 'sk-cloud' };
    const { key, app } = await admin(here, 'POST', '', {
      app_id: 'anna',
      backend: { ...backend, supports: { chat: ['*'] } },
    });
    await waitFor('the other to know the key', async () => (await ask(there, key, 'm!words=2')) === 200, {
      timeoutMs: 1_500,
      everyMs: 20,
    });
    expect(upstream.journal.entries.at(-1)?.headers['authorization']).toBe('Bearer sk-cloud');
    const [row] = await database.query('SELECT entry FROM sluice_apps');
    expect(String(row?.['entry'])).toContain('sealed:1:');

    await admin(there, 'DELETE', `/anna/keys/${app.keys[0].key_id}`);
    expect(await ask(there, key)).toBe(401);
    await becomes(here, key, 401, 1_500);
  });

  it('go on with the apps they know while PostgreSQL is gone, also after a restart, and change nothing', async () => {
    const [here, there] = [await replica(), await replica()];
    const { key } = await admin(here, 'POST', '', { app_id: 'anna' });
    await becomes(there, key, 200, 1_500);
    await postgres.kill9();
    expect(await admin(here, 'PATCH', '/anna', { active: false })).toMatchObject({
      status: 503,
      error: { code: 'store_unreachable' },
    });
    await there.stop();
    await there.startAgain();
    for (const gateway of [here, there]) expect(await ask(gateway, key)).toBe(200);

    await postgres.startAgain();
    await waitFor(
      'a change to be taken',
      async () => (await admin(here, 'PATCH', '/anna', { active: false })).status === 200,
      { timeoutMs: 10_000, everyMs: 200 },
    );
    await becomes(there, key, 403, 5_000);
  });

  it('take over the apps of a daemon that was alone before', async () => {
    const alone = await replica(false);
    const { key } = await admin(alone, 'POST', '', { app_id: 'anna' });
    await alone.stop();
    alone.folder.write(configOf(true));
    await alone.startAgain();
    const other = await replica();
    await becomes(other, key, 200, 1_500);
    expect(await ask(alone, key)).toBe(200);
  });

  it('are not kept from one another by rows that somebody wrote by hand', async () => {
    const [here, there] = [await replica(), await replica()];
    const backend = { type: 'openai-compatible', base_url: `${upstream.url}/v1`, api_key: 'sk-of-the-row' };
    await admin(here, 'POST', '', { app_id: 'anna', backend });
    const { key, app } = await admin(here, 'POST', '', { app_id: 'bert' });
    await becomes(there, key, 200, 1_500);
    await database.query(`INSERT INTO sluice_apps VALUES ('cut', '{"app_id":', 1, 9223372036854775807, 0)`);
    await database.query(
      "UPDATE sluice_apps SET entry = replace(entry, '/v1', '/elsewhere') WHERE app_id = 'anna'",
    );
    await admin(here, 'DELETE', `/bert/keys/${app.keys[0].key_id}`);
    await becomes(there, key, 401, 1_500);
    await there.stop();
    await there.startAgain();
    for (const gateway of [here, there]) {
      const { apps } = await admin(gateway, 'GET', '');
      const states = apps.map((each: Record<string, unknown>) => [each['app_id'], each['in_force']]);
      expect(states).toEqual([
        ['filed', true],
        ['anna', false],
        ['bert', true],
        ['cut', false],
      ]);
    }
    const elsewhere = upstream.journal.entries.filter(({ path }) => path.includes('elsewhere'));
    expect(JSON.stringify(elsewhere)).not.toContain('sk-of-the-row');
  });

  it('know from the start what an app that another made has had there', async () => {
    const here = await replica();
    const { key } = await admin(here, 'POST', '', { app_id: 'anna', quota: { requests_per_day: 2 } });
    for (const _ of [1, 2]) expect(await ask(here, key)).toBe(200);
    const rows = () => database.query("SELECT 1 FROM requests WHERE app_id = 'anna'");
    await waitFor('both to be in PostgreSQL', async () => (await rows()).length === 2, { timeoutMs: 10_000 });
    expect(await ask(await replica(), key)).toBe(429);
  });

  it('let one of several changes at once win, at whichever of them', async () => {
    const [here, there] = [await replica(), await replica()];
    const { key } = await admin(here, 'POST', '', { app_id: 'anna' });
    await becomes(there, key, 200, 1_500);
    const answers = await Promise.all(
      [here, there, here, there].map((gateway, at) =>
        admin(gateway, 'PATCH', '/anna', { name: `${at}`, revision: 1 }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });
});
