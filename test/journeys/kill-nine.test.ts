/**
 * Once a client has its last byte, its entry survives `kill -9`; and whatever a backend was asked has a row, even if
 * nobody knows what became of it. Kills under load, while PostgreSQL comes and goes and the disk is full for a while; and
 * then what the backend, the clients, the ledger and its copy in PostgreSQL saw is compared.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { ledgerRows } from '../support/ledger-rows.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { waitFor } from '../support/wait-for.ts';

/** More by hand: `SLUICE_KILLS=100`. */
const KILLS = Number(process.env['SLUICE_KILLS'] ?? 15);
const TIMEOUT_MS = 300_000 + KILLS * 20_000;
const PRICE_MICRO = 1_000;

let upstream: FakeUpstream;
let gateway: RunningGateway;
let disk: SmallDisk;
let postgres: RunningPostgres;
let database: TestDatabase;

beforeAll(async () => {
  [upstream, disk, postgres] = await Promise.all([startFakeUpstream(), smallDisk(32), startPostgres()]);
  database = await postgres.newDatabase();
  gateway = await startGateway({
    config: {
      daemon: {
        database: {
          path: join(disk.folder, 'sluice.db'),
          ...{ url: database.url, connect_timeout: 1, command_timeout: 1.5 },
        },
      },
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

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([upstream?.close(), postgres?.stop(), disk?.remove()]);
});

/** PostgreSQL is killed, or started again, now and then. */
let isPostgresUp = true;
async function upsetPostgres(): Promise<void> {
  if (Math.random() < 0.5) return;
  if (isPostgresUp) await postgres.kill9();
  else await postgres.startAgain();
  isPostgresUp = !isPostgresUp;
}

/** Long enough for entries to wait in memory, then until none waits any more. */
async function fillDisk(): Promise<void> {
  const log = () => gateway.stderrLines.join('\n');
  disk.fill();
  await waitFor('entries to be in memory only', () => log().includes('they are in memory only'), slowly);
  disk.makeRoom();
  await waitFor(
    'no entry to be in memory',
    () => log().includes('waiting ledger entries are in the'),
    slowly,
  );
}

/** Entries that are not where they should be. */
const waiting = async () => {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  return Number(/^sluice_ledger_spool_entries (\d+)/m.exec(text)?.[1]);
};

const slowly = { timeoutMs: 60_000, everyMs: 50 };

/** Asks on and on until the gateway dies; answers the ids of all answers that came in completely. */
async function askUntilItDies(isStream: boolean, onAnswer: () => void): Promise<string[]> {
  const received: string[] = [];
  for (;;) {
    const id = randomUUID();
    try {
      const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}`, 'x-request-id': id },
        body: JSON.stringify({
          model: 'm!words=3',
          stream: isStream,
          messages: [{ role: 'user', content: 'Hi' }],
        }),
      });
      const text = await answer.text();
      if (isStream ? text.includes('[DONE]') : text.includes('"choices"')) {
        received.push(id);
        onAnswer();
      }
    } catch {
      return received;
    }
  }
}

it(`loses nothing over ${KILLS} kills`, { timeout: TIMEOUT_MS }, async () => {
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    let isUnderLoad!: () => void;
    const underLoad = new Promise<void>((resolve) => {
      isUnderLoad = resolve;
    });
    const asking = Array.from({ length: 8 }, (_, at) => askUntilItDies(at % 2 === 0, isUnderLoad));
    await underLoad;
    if (kill === Math.floor(KILLS / 2)) await fillDisk();
    await upsetPostgres();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 240));
    await gateway.kill9();
    acknowledged.push(...(await Promise.all(asking)).flat());
    await gateway.startAgain();
  }
  if (!isPostgresUp) await postgres.startAgain();
  await waitFor('no entry to wait for either database', async () => (await waiting()) === 0, slowly);
  const rows = ledgerRows(join(disk.folder, 'sluice.db'));
  const counts = new Map<unknown, number>();
  for (const { request_id } of rows) counts.set(request_id, (counts.get(request_id) ?? 0) + 1);
  // On a slow machine few are answered between two kills; a run without any would prove nothing.
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([]);

  const asked = new Set(upstream.journal.work.map(({ requestIds }) => requestIds['x-request-id']));
  expect([...asked].filter((id) => counts.get(id) !== 1)).toEqual([]);
  const byOutcome = (outcome: string) => rows.filter((row) => row['outcome'] === outcome);
  const complete = byOutcome('complete');
  const interrupted = byOutcome('interrupted');
  expect(complete.every((row) => Number(row['cost_micro']) === PRICE_MICRO)).toBe(true);
  expect(interrupted.every((row) => Number(row['cost_micro']) === PRICE_MICRO)).toBe(true);
  expect(interrupted.every(({ request_id }) => !acknowledged.includes(String(request_id)))).toBe(true);

  const shipped = () => database.query('SELECT request_id, outcome, cost_micro FROM requests ORDER BY entry');
  const haveArrived = async () => (await shipped()).length >= rows.length;
  await waitFor('PostgreSQL to have as many rows', haveArrived, slowly);
  const told = (row: object) => Object.values(row).map(String).join(' ');
  const here = rows.map(({ request_id, outcome, cost_micro }) => told({ request_id, outcome, cost_micro }));
  expect((await shipped()).map(told).sort()).toEqual(here.sort());
  console.log(
    `${acknowledged.length} answers received over ${KILLS} kills, each in the ledger once; ${asked.size} requests seen by the backend, each in the ledger once, ${interrupted.length} of them interrupted`,
  );
});
