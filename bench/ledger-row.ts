/** What one ledger row costs on the main thread, by batch size: `npx tsx bench/ledger-row.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../src/decisions/accounting/entry.ts';
import { Ledger } from '../src/decisions/accounting/ledger.ts';
import { systemClock } from '../src/model/clock.ts';
import { openDatabase } from '../src/storage/database.ts';

const ROWS = 60_000;

const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const database = openDatabase(join(directory, 'bench.db'));
const ledger = new Ledger(database, { clock: systemClock });

for (const batch of [1, 5, 20, 50, 200, 20]) {
  const microseconds = measure(batch);
  process.stdout.write(`batches of ${batch}: ${microseconds.toFixed(2)} µs per row\n`);
}
await ledger.stop();
database.close();
rmSync(directory, { recursive: true });

/** Microseconds per row: opening, filling in, closing, and its share of the transaction. */
function measure(batch: number): number {
  // Processor time, not wall time: the machine may have other work.
  const before = process.cpuUsage();
  for (let row = 0; row < ROWS; row += batch) {
    for (let i = 0; i < batch; i += 1) void ledger.close(typicalEntry(row + i));
    ledger.writePending();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROWS;
}

function typicalEntry(row: number): Entry {
  const entry = ledger.open('0b6a3c9e-1111-4222-8333-123456789abc', 'chat');
  entry.appId = `app-${row % 5}`;
  entry.askedModel = 'fast';
  entry.model = 'gpt-4o-mini-2024-07-18';
  entry.backend = 'openai-main';
  entry.status = 200;
  entry.outcome = 'complete';
  entry.usage = { inputTokens: 1200, outputTokens: 300, cachedInputTokens: 1000 };
  entry.costMicro = 345;
  entry.currency = 'usd';
  entry.durationMs = 1234.5;
  entry.clientIp = '127.0.0.1';
  return entry;
}
