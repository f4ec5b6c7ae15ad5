import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../model/clock.ts';
import { openDatabase } from '../../storage/database.ts';
import { Ledger } from './ledger.ts';

const ROUNDS = 20;

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** Closes entries as fast as it can, some per turn, and writes down the id of each when told that it is safe. */
const closer = `
  import { appendFileSync } from 'node:fs';
  const { systemClock } = await import(${url('../../model/clock.ts')});
  const { openDatabase } = await import(${url('../../storage/database.ts')});
  const { Ledger } = await import(${url('./ledger.ts')});
  const [, path, acknowledgements] = process.argv;
  const database = openDatabase(path);
  const ledger = new Ledger(database, { clock: systemClock });
  for (let turn = 0; ; turn += 1) {
    // Now the disk is full, now it is not.
    database.exec('PRAGMA max_page_count = ' + (turn % 60 > 30 ? 1 : 1000000));
    const ids = Array.from({ length: 1 + (turn % 7) }, (_, index) => acknowledgements + '-' + turn + '-' + index + '.');
    await Promise.all(ids.map((id) => ledger.close(ledger.open(id, 'chat'))));
    appendFileSync(acknowledgements, ids.join('\\n') + '\\n');
  }
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-crash-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a child that closes entries as fast as it can; kills it a moment after its first acknowledgement. */
async function acknowledgedUntilKilled(path: string, round: number): Promise<string[]> {
  const acknowledgements = join(directory, `round-${round}`);
  const options = ['--import', 'tsx', '--input-type=module', '-e', closer];
  const child = spawn(process.execPath, [...options, path, acknowledgements], { stdio: 'inherit' });
  const ended = once(child, 'close');
  while (!existsSync(acknowledgements) && child.exitCode === null) await sleep(5);
  await sleep(Math.random() * 120);
  child.kill('SIGKILL');
  await ended;
  // A line that was cut short acknowledged nothing; whole ones end in a full stop.
  const lines = readFileSync(acknowledgements, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('.'));
}

it(`keeps every acknowledged entry exactly once over ${ROUNDS} times kill -9, some of them with a full disk`, {
  timeout: 180_000,
}, async () => {
  const path = join(directory, 'ledger.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    acknowledged.push(...(await acknowledgedUntilKilled(path, round)));

  const database = openDatabase(path);
  const ledger = new Ledger(database, { clock: systemClock });
  expect(ledger.waitingCount).toBe(0);
  const counts = new Map(
    database
      .prepare('SELECT request_id, count(*) AS count FROM requests GROUP BY request_id')
      .all()
      .map((row) => [row['request_id'], row['count']]),
  );
  await ledger.stop();
  database.close();

  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 20);
  expect(acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([]);
  expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
});
