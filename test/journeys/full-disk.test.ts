/**
 * The disk under the ledger is full for a while: neither the database nor the spool beside it can be written. Requests go on;
 * what clients were answered has its row when there is room again, as long as the daemon lives until then.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeConnection, openConnection } from '../../src/storage/sqlite-driver.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type AskingOn, keepAsking } from '../support/asking-on.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type LedgerRow, ledgerRows } from '../support/ledger-rows.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

const PRICE_MICRO = 1_000;

let disk: SmallDisk;
let upstream: FakeUpstream;
let gateway: RunningGateway;
let asking: AskingOn[];

beforeEach(async () => {
  asking = [];
  [disk, upstream] = await Promise.all([smallDisk(4), startFakeUpstream()]);
  gateway = await startGateway({
    config: {
      daemon: { database: { path: join(disk.folder, 'sluice.db') } },
      apps: [{ app_id: 'lab', api_keys: ['sk-lab'], cost_limit: { period: 'total', limit: 1_000_000 } }],
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
});

afterEach(async () => {
  await Promise.all(asking.map((clients) => clients.stop()));
  await gateway?.stop();
  await upstream?.close();
  await disk?.remove();
});

const rows = (): LedgerRow[] => ledgerRows(join(disk.folder, 'sluice.db'));
const log = () => gateway.stderrLines.join('\n');

function load(): AskingOn {
  const clients = keepAsking({ baseUrl: gateway.baseUrl, key: 'sk-lab', model: 'm!words=3' }, 6, 5);
  asking.push(clients);
  return clients;
}

/** So many more answers from now on. */
function answered(clients: AskingOn, more: number): Promise<unknown> {
  const wanted = clients.answered.size + more;
  return waitFor('clients to be answered', () => clients.answered.size >= wanted);
}

async function fillUntilMemory(clients: AskingOn): Promise<void> {
  await answered(clients, 10);
  disk.fill();
  await waitFor('rows to be in memory only', () => log().includes('they are in memory only'));
  await answered(clients, 20);
}

const waiting = async () => {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  return Number(/^sluice_ledger_spool_entries (\d+)/m.exec(text)?.[1]);
};

const seenByBackend = () => upstream.journal.work.map(({ requestIds }) => String(requestIds['x-request-id']));

/** What the backend, the clients and the ledger saw is the same, and the money is that of all requests. */
async function expectAgreement(): Promise<void> {
  // An entry may be in the spool for a moment, when the database was busy.
  await waitFor('no entry to wait', async () => (await waiting()) === 0, { timeoutMs: 60_000, everyMs: 100 });
  const counts = new Map<string, number>();
  for (const { request_id } of rows()) {
    counts.set(String(request_id), (counts.get(String(request_id)) ?? 0) + 1);
  }
  expect([...new Set(seenByBackend())].sort()).toEqual([...counts.keys()].sort());
  const acknowledged = asking.flatMap((clients) => [...clients.answered.keys()]);
  expect(acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([]);
  expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
  const money = rows().reduce((sum, row) => sum + Number(row['cost_micro']), 0);
  expect(money).toBe(counts.size * PRICE_MICRO);
}

it('holds nobody up, and every answer has its row once there is room again', async () => {
  const clients = load();
  await fillUntilMemory(clients);
  const before = rows().length;
  await answered(clients, 20);
  expect(rows().length).toBe(before);
  expect(await waiting()).toBeGreaterThan(20);
  disk.makeRoom();
  await answered(clients, 10);
  await clients.stop();
  expect(clients.failures).toEqual([]);
  await waitFor('the log to say so', () => log().includes('all waiting ledger entries are in the database'));
  await expectAgreement();
}, 120_000);

it('a kill as soon as there is room loses nothing: what was in memory went to the spool with the next answer', async () => {
  // So that the database cannot have them before: a backup, say, that takes its time.
  const foreigner = openConnection(join(disk.folder, 'sluice.db'));
  foreigner.exec('BEGIN IMMEDIATE');
  const clients = load();
  await fillUntilMemory(clients);
  disk.makeRoom();
  // What was first sent while there was no room may have no note (docs/ledger.md): it is to be over by then.
  const sentBefore = seenByBackend();
  await waitFor('those to be answered', () => sentBefore.every((id) => clients.answered.has(id)));
  await answered(clients, 12);
  await gateway.kill9();
  await clients.stop();
  closeConnection(foreigner);
  expect(clients.failures.filter((why) => why !== 'TypeError' && why !== 'broken off')).toEqual([]);
  expect(rows()).toEqual([]);
  await gateway.startAgain();
  await expectAgreement();
  const afterwards = load();
  await answered(afterwards, 10);
  await afterwards.stop();
  await expectAgreement();
}, 120_000);

it('a daemon that is stopped while the disk is full says how many entries are lost, and starts again with room', async () => {
  const clients = load();
  await fillUntilMemory(clients);
  await clients.stop();
  const lost = await waiting();
  await gateway.stop();
  expect(log()).toContain(`${lost} ledger entries are lost`);
  disk.makeRoom();
  await gateway.startAgain();
  const afterwards = load();
  await answered(afterwards, 10);
  await afterwards.stop();
  expect(afterwards.failures).toEqual([]);
  const counts = rows().map(({ request_id }) => request_id);
  expect(new Set(counts).size).toBe(counts.length);
}, 120_000);
