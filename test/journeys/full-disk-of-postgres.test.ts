/** PostgreSQL on a disk that is full for a while: nobody is held up, entries wait here, and arrive later, each once. */
import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { keepAsking } from '../support/asking-on.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

/** A cluster of PostgreSQL's with one database, and something to write into. */
const MEBIBYTES = 112;
const PRICE_MICRO = 1_000;

let disk: SmallDisk;
let upstream: FakeUpstream;
let postgres: RunningPostgres;
let database: TestDatabase;
let gateway: RunningGateway;

beforeAll(async () => {
  [disk, upstream] = await Promise.all([smallDisk(MEBIBYTES), startFakeUpstream()]);
  chmodSync(disk.folder, 0o755);
  postgres = await startPostgres({ root: disk.folder });
  database = await postgres.newDatabase();
  gateway = await startGateway({
    config: {
      daemon: { database: { url: database.url, connect_timeout: 2, command_timeout: 3 } },
      apps: [{ app_id: 'lab', api_keys: ['sk-lab'] }],
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['m*'] },
          cost: {
            unit: '1m_tokens',
            default: { prompt: 0, completion: 0, request: PRICE_MICRO / 1_000_000 },
          },
        },
      ],
    },
  });
}, 90_000);

afterAll(async () => {
  disk?.makeRoom();
  await gateway?.stop();
  await postgres?.stop();
  await upstream?.close();
  await disk?.remove();
});

async function stateOfPostgres(): Promise<{ state: string; why: string | null }> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/status`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const { database: state } = (await answer.json()) as {
    database: { postgres: { state: string; why: string | null } };
  };
  return state.postgres;
}

const arrived = () => database.query('SELECT entry, request_id, cost_micro FROM requests ORDER BY entry');

it('entries wait while its disk is full, and arrive once when there is room again', async () => {
  const clients = keepAsking({ baseUrl: gateway.baseUrl, key: 'sk-lab', model: 'm!words=3' }, 6, 5);
  await waitFor('some to have arrived', async () => (await arrived()).length > 20);
  disk.fill();
  await waitFor('PostgreSQL to take no more', async () => (await stateOfPostgres()).state === 'unreachable', {
    everyMs: 100,
  });
  expect((await stateOfPostgres()).why).toBe('the disk of PostgreSQL is full');
  const answered = clients.answered.size;
  await waitFor('clients to be answered', () => clients.answered.size >= answered + 30);
  disk.makeRoom();
  await clients.stop();
  expect(clients.failures).toEqual([]);
  await waitFor('all to have arrived', async () => (await arrived()).length === gateway.ledgerRows().length, {
    timeoutMs: 60_000,
    everyMs: 100,
  });
  const [there, here] = [await arrived(), gateway.ledgerRows()];
  expect(there.map(({ entry }) => entry)).toEqual(here.map(({ id }) => String(id)));
  expect(new Set(there.map(({ request_id }) => request_id))).toEqual(new Set(clients.answered.keys()));
  expect(there.every(({ cost_micro }) => Number(cost_micro) === PRICE_MICRO)).toBe(true);
  const [sums] = await database.query(
    'SELECT sum(requests) AS requests, sum(cost_micro) AS cost FROM usage_by_day',
  );
  expect(sums).toEqual({ requests: `${here.length}`, cost: `${here.length * PRICE_MICRO}` });
  expect((await stateOfPostgres()).state).toBe('well');
}, 120_000);
