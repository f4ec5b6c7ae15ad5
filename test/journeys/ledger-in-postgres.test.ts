/** Entries go to PostgreSQL as well: each once, whatever happens to either side, and nobody waits for it. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeConnection, openConnection } from '../../src/storage/sqlite-driver.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type AskingOn, keepAsking } from '../support/asking-on.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let postgres: RunningPostgres;
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
afterAll(async () => {
  await postgres?.stop();
  await upstream?.close();
});

const model = 'm!words=3';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function configWith(databaseKeys: object, costLimit?: object) {
  return {
    daemon: { database: databaseKeys },
    apps: [{ app_id: 'test', api_keys: ['sk-of-the-test'], ...(costLimit ? { cost_limit: costLimit } : {}) }],
    backends: [
      {
        ...{ type: 'openai-compatible', name: 'fake', base_url: `${upstream.url}/v1` },
        supports: { chat: ['m*'] },
        cost: { currency: 'usd', unit: '1k_tokens', default: { prompt: 0.25, completion: 0.5 } },
      },
    ],
  };
}

const shipping = () => ({ url: database.url, connect_timeout: 1, command_timeout: 1.5 });

async function start(databaseKeys: object = shipping(), costLimit?: object): Promise<RunningGateway> {
  const gateway = await startGateway({ config: configWith(databaseKeys, costLimit) });
  gateways.push(gateway);
  return gateway;
}

async function ask(gateway: RunningGateway): Promise<Response> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-of-the-test' },
    body: JSON.stringify({ model, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.text();
  return answer;
}

const loadOn = (gateway: RunningGateway): AskingOn =>
  keepAsking({ baseUrl: gateway.baseUrl, key: 'sk-of-the-test', model }, 6, 5);

const answeredOf = (clients: AskingOn, count: number) =>
  waitFor('clients to be answered', () => clients.answered.size >= count);

interface Arrived {
  readonly entry: string;
  readonly replica: string;
  readonly request_id: string;
  readonly total_tokens: string | null;
  readonly cost_micro: string;
}
const arrived = async () =>
  (await database.query(
    'SELECT entry, replica, request_id, total_tokens, cost_micro FROM requests ORDER BY entry',
  )) as unknown as Arrived[];

const allArrived = (gateway: RunningGateway) =>
  waitFor(
    'all rows to arrive',
    async () => (await arrived()).length >= gateway.ledgerRows().length && gateway.ledgerRows().length > 0,
    { timeoutMs: 30_000, everyMs: 100 },
  );

async function read(gateway: RunningGateway, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(gateway.adminUrl + path, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  return (await answer.json()) as Record<string, unknown>;
}
const stateOf = async (gateway: RunningGateway) =>
  (await read(gateway, '/admin/api/status'))['database'] as {
    postgres: { state: string; why: string | null } | null;
    waiting: number;
  };
async function waitingMetric(gateway: RunningGateway): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  return Number(/^sluice_ledger_spool_entries (\d+)/m.exec(text)?.[1]);
}

/** Client, ledger, backend and PostgreSQL tell the same story. */
async function expectAgreement(gateway: RunningGateway, asking: readonly AskingOn[]): Promise<void> {
  const there = await arrived();
  const here = gateway.ledgerRows();
  expect(there.map(({ entry }) => entry)).toEqual(here.map((row) => String(row['id'])));
  expect(new Set(there.map(({ replica }) => replica)).size).toBe(1);
  const moneyOf = (amounts: readonly unknown[]) => amounts.reduce((sum: number, one) => sum + Number(one), 0);
  const [sums] = await database.query(
    'SELECT sum(requests) AS requests, sum(cost_micro) AS cost FROM usage_by_hour',
  );
  const money = moneyOf(here.map((row) => row['cost_micro']));
  expect(money).toBeGreaterThan(0);
  expect(moneyOf(there.map((row) => row.cost_micro))).toBe(money);
  expect({ ...sums }).toEqual({ requests: String(here.length), cost: String(money) });

  const tokens = new Map<string, string[]>();
  for (const row of there) {
    tokens.set(row.request_id, [...(tokens.get(row.request_id) ?? []), row.total_tokens ?? '']);
  }
  const answered = asking.flatMap((one) => [...one.answered]);
  expect(answered.length).toBeGreaterThan(20);
  for (const [id, told] of answered) expect([id, tokens.get(id)]).toEqual([id, [String(told)]]);
  const asked = new Set(upstream.journal.entries.map((entry) => entry.requestIds['x-request-id']));
  expect(answered.filter(([id]) => !asked.has(id))).toEqual([]);
}

it('what was asked arrives within moments, and reports are of all of it', async () => {
  const gateway = await start();
  for (let turn = 0; turn < 5; turn += 1) expect((await ask(gateway)).status).toBe(200);
  const report = await read(gateway, '/stats/usage?group_by=app,model');
  expect(report).toMatchObject({
    replicas: 'all',
    rows: [{ app_id: 'test', requests: 5 }],
    totals: { requests: 5, currency: 'USD' },
  });
  await allArrived(gateway);
  expect(await stateOf(gateway)).toMatchObject({ postgres: { state: 'well', why: null } });
});

it('nothing is lost nor counted twice while PostgreSQL is killed, started, and stopped, and the daemon killed', async () => {
  const gateway = await start();
  const asking: AskingOn[] = [];
  const load = async (whatHappens: () => Promise<unknown>) => {
    const clients = loadOn(gateway);
    asking.push(clients);
    await answeredOf(clients, 10);
    await whatHappens();
    await answeredOf(clients, 20);
    await clients.stop();
  };
  const killDaemon = async () => {
    await gateway.kill9();
    await gateway.startAgain();
  };
  await load(async () => {
    await postgres.kill9();
    await sleep(500);
    await postgres.startAgain();
  });
  await load(killDaemon);
  await load(async () => {
    postgres.signal('SIGSTOP');
    await sleep(2_500);
    postgres.signal('SIGCONT');
  });
  await load(async () => {
    postgres.signal('SIGSTOP');
    await sleep(100);
    await gateway.kill9();
    postgres.signal('SIGCONT');
    await gateway.startAgain();
  });
  for (let turn = 0; turn < 5; turn += 1) {
    await load(async () => {
      await Promise.all([postgres.kill9(), gateway.kill9()]);
      await Promise.all([postgres.startAgain(), gateway.startAgain()]);
    });
  }
  // A dead daemon answers nobody; a dead PostgreSQL may cost nobody an answer, nor a second.
  const failures = asking.flatMap((one) => one.failures);
  expect(failures.filter((failure) => failure !== 'TypeError' && failure !== 'broken off')).toEqual([]);
  expect(asking[0]?.failures).toEqual([]);
  expect(asking[2]?.failures).toEqual([]);
  expect(asking[0]?.slowestMs).toBeLessThan(3_000);
  expect(asking[2]?.slowestMs).toBeLessThan(3_000);
  await allArrived(gateway);
  await expectAgreement(gateway, asking);
}, 180_000);

it('a daemon that stops in order leaves nothing behind', async () => {
  const gateway = await start();
  const clients = loadOn(gateway);
  await answeredOf(clients, 25);
  await clients.stop();
  await gateway.stop();
  await expectAgreement(gateway, [clients]);
});

describe('PostgreSQL that is away', () => {
  it('keeps no daemon from starting or stopping, is told of, and gets everything later', async () => {
    await postgres.kill9();
    const gateway = await start();
    const clients = loadOn(gateway);
    await answeredOf(clients, 25);
    await clients.stop();
    expect(clients.failures).toEqual([]);
    const count = gateway.ledgerRows().length;
    expect(await stateOf(gateway)).toMatchObject({
      postgres: { state: 'unreachable', why: 'nothing listens at "database.host"' },
    });
    await waitFor('the metric to tell', async () => (await waitingMetric(gateway)) === count);
    expect(await read(gateway, '/readyz')).toBeDefined();
    expect(await read(gateway, '/stats/usage')).toMatchObject({
      replicas: 'own',
      notice: expect.stringMatching(/replica alone: PostgreSQL cannot be asked: nothing listens/),
      totals: { requests: count },
    });
    expect(gateway.stderrLines.join('\n')).toContain('PostgreSQL takes no ledger entries');
    expect(gateway.stderrLines.join('\n')).not.toContain(postgres.password);
    const began = performance.now();
    await gateway.stop();
    expect(performance.now() - began).toBeLessThan(8_000);
    await gateway.startAgain();
    await postgres.startAgain();
    await allArrived(gateway);
    await waitFor('the metric to tell', async () => (await waitingMetric(gateway)) === 0);
    await expectAgreement(gateway, [clients]);
  }, 90_000);

  it('does not get rows twice that it had before, when it comes in later than the ledger', async () => {
    const gateway = await start({});
    const before = loadOn(gateway);
    await answeredOf(before, 15);
    await before.stop();
    await gateway.stop();
    gateway.folder.write(configWith(shipping()));
    await gateway.startAgain();
    await allArrived(gateway);
    await gateway.kill9();
    await gateway.startAgain();
    const after = loadOn(gateway);
    await answeredOf(after, 15);
    await after.stop();
    await allArrived(gateway);
    await expectAgreement(gateway, [before, after]);
  }, 60_000);

  it('that was put back to an older state gets again what it lacks', async () => {
    const gateway = await start();
    for (let turn = 0; turn < 4; turn += 1) await ask(gateway);
    await allArrived(gateway);
    const [second] = (await arrived()).map(({ entry }) => entry).slice(1, 2);
    await database.query(`WITH gone AS (DELETE FROM requests WHERE entry > ${second} RETURNING 1)
      UPDATE sluice_replicas SET shipped_to = ${second}`);
    await ask(gateway);
    await waitFor('all rows to arrive', async () => (await arrived()).length === 5);
    expect((await arrived()).map(({ entry }) => entry)).toEqual(
      gateway.ledgerRows().map((row) => String(row['id'])),
    );
  });
});

it('a table that is somebody else’s is left alone, and requests go on', async () => {
  await database.query('CREATE TABLE requests (mine text)');
  const gateway = await start();
  expect((await ask(gateway)).status).toBe(200);
  expect(await stateOf(gateway)).toMatchObject({
    postgres: { state: 'refused', why: expect.stringContaining('table "requests" that Sluice did not make') },
  });
  expect(await database.query('SELECT * FROM requests')).toEqual([]);
  await database.query('ALTER TABLE requests RENAME TO theirs');
  await allArrived(gateway);
}, 60_000);

it('old rows are deleted on both sides once they have arrived, and reports still know of them', async () => {
  const gateway = await start({ ...shipping(), retention_days: 2 });
  await ask(gateway);
  await gateway.stop();
  // As if the same had been asked each hour for ten days before.
  const file = openConnection(gateway.folder.databaseFile);
  file.exec(`WITH RECURSIVE hours (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM hours WHERE number < 240)
    INSERT INTO requests SELECT id - number * 3600000000 AS id, created_at - number * 3600000, request_id || number,
      app_id, operation, asked_model, model, backend, is_stream, status, outcome, error_code, prompt_tokens,
      completion_tokens, total_tokens, cached_tokens, is_usage_estimated, images, cost_micro, currency, is_unpriced,
      queue_ms, ttft_ms, latency_ms, started_at, client_ip, route, cache_hit, key_name FROM requests, hours`);
  file.exec(
    "DELETE FROM ledger_facts WHERE name = 'folded_to'; DELETE FROM usage_by_hour; DELETE FROM usage_by_day",
  );
  closeConnection(file);
  await database.query('TRUNCATE requests, usage_by_hour, usage_by_day, sluice_replicas');
  await gateway.startAgain();
  await waitFor(
    'old rows to go',
    async () => gateway.ledgerRows().length < 60 && (await arrived()).length < 60,
    { timeoutMs: 60_000, everyMs: 250 },
  );
  expect(gateway.ledgerRows().length).toBeGreaterThan(46);
  expect((await arrived()).length).toBeGreaterThan(46);
  const told = await read(gateway, '/stats/usage?group_by=day');
  expect(told).toMatchObject({ replicas: 'all', totals: { requests: 241 } });
  gateway.folder.write(configWith({ retention_days: 2 }));
  await gateway.stop();
  await gateway.startAgain();
  expect(await read(gateway, '/stats/usage')).toMatchObject({ replicas: 'own', totals: { requests: 241 } });
}, 120_000);

describe('several replicas', () => {
  it('ship into one database, and each reports on all', async () => {
    const [one, two] = [await start(), await start()];
    for (let turn = 0; turn < 3; turn += 1) await ask(one);
    for (let turn = 0; turn < 2; turn += 1) await ask(two);
    await waitFor('all rows to arrive', async () => (await arrived()).length === 5);
    for (const gateway of [one, two]) {
      expect(await read(gateway, '/stats/usage')).toMatchObject({ replicas: 'all', totals: { requests: 5 } });
      expect(await read(gateway, '/stats/usagepermodel/requests')).toEqual([{ metric: model, value: 5 }]);
    }
  });

  it('that begin with a copy of one file are told apart, and lose nothing', async () => {
    const one = await start();
    await ask(one);
    await allArrived(one);
    await one.stop();
    const two = await start({});
    await two.stop();
    mkdirSync(dirname(two.folder.databaseFile), { recursive: true });
    copyFileSync(one.folder.databaseFile, two.folder.databaseFile);
    two.folder.write(configWith(shipping()));
    await Promise.all([one.startAgain(), two.startAgain()]);
    for (let turn = 0; turn < 6; turn += 1) await Promise.all([ask(one), ask(two), sleep(150)]);
    await waitFor('all rows to arrive', async () => (await arrived()).length === 13, { timeoutMs: 20_000 });
    expect(new Set((await arrived()).map(({ replica }) => replica)).size).toBe(2);
  }, 60_000);

  it('count what others have spent, also with a ledger file that is new', async () => {
    const limit = { period: 'total', limit: 0.02, status: 403 };
    const one = await start(shipping(), limit);
    const answers: number[] = [];
    while (answers.length < 50 && answers.at(-1) !== 403) answers.push((await ask(one)).status);
    expect(answers.at(0)).toBe(200);
    expect(answers.at(-1)).toBe(403);
    await allArrived(one);
    const two = await start(shipping(), limit);
    expect((await ask(two)).status).toBe(403);
    await one.stop();
    rmSync(dirname(one.folder.databaseFile), { recursive: true });
    await one.startAgain();
    expect((await ask(one)).status).toBe(403);
    expect(await read(one, '/stats/live')).toMatchObject({
      per_app: { test: { requests: expect.any(Number) } },
    });
  }, 60_000);
});
