import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessLog, accessLine } from '../src/telemetry/access-log.ts';
import type { CallRecord } from '../src/telemetry/call-record.ts';
import { Log } from '../src/telemetry/logger.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { traceEvent } from '../src/telemetry/trace-event.ts';

/** `npx tsx bench/telemetry.ts`: microseconds of the main thread per finished request. */
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const log = new Log({ level: 'info', format: 'json', file: join(folder, 'access.log') });
const accessLog = new AccessLog(log);
const metrics = new Metrics({ version: 'bench' });
const rounds = 200_000;

const record = (index: number): CallRecord => ({
  requestId: `5f3a9c1e-7d2b-4e8f-9a6c-${String(index).padStart(12, '0')}`,
  appId: `app-${index % 20}`,
  keyName: undefined,
  method: 'POST',
  path: '/v1/chat/completions',
  operation: 'chat',
  model: `qwen2.5:${index % 40}b-instruct`,
  backend: `backend-${index % 8}`,
  status: index % 50 === 0 ? 502 : 200,
  durationMs: 812.4567 + (index % 100),
  queueMs: index % 30,
  ttftMs: 120.25,
  loadMs: undefined,
  tokensIn: 1234,
  tokensOut: 321,
  costMicro: 4711,
  currency: 'usd',
  cache: 'bypass',
  isStream: true,
  clientIp: '192.168.178.23',
  errorCode: index % 50 === 0 ? 'upstream_error' : undefined,
  isUnpriced: false,
  outcome: index % 50 === 0 ? 'failed' : 'served',
  group: 'gpu0',
  overheadMs: 0.42,
});
const records = Array.from({ length: 5000 }, (_, index) => record(index));
const first = record(0);
const pick = (round: number) => records[round % records.length] ?? first;

/** Runs in slices, letting the disk catch up outside the measured time, and keeps the median slice. */
async function measure(what: string, work: (record: CallRecord) => void): Promise<void> {
  const slice = 4000;
  const perCall: number[] = [];
  for (let round = 0; round < rounds; round += slice) {
    const before = performance.now();
    for (let index = 0; index < slice; index += 1) work(pick(round + index));
    perCall.push(((performance.now() - before) * 1000) / slice);
    await log.flush();
  }
  perCall.sort((a, b) => a - b);
  console.log(`${what.padEnd(44)} ${(perCall[perCall.length >> 1] ?? 0).toFixed(2).padStart(6)} µs`);
}

/** CPU of the whole process, disk threads included: what a busy core pays. */
async function measureCpu(what: string, work: (record: CallRecord) => void): Promise<void> {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    work(pick(round));
    if (round % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  await log.flush();
  const { user, system } = process.cpuUsage(before);
  console.log(`${what.padEnd(44)} ${((user + system) / rounds).toFixed(2).padStart(6)} µs CPU`);
}

const traceWishes = {
  file: '/x',
  imageDir: undefined,
  includePrompts: true,
  includeResponse: false,
  includeKeys: false,
};
const prompt = [{ role: 'user', content: 'What is the capital of France? '.repeat(20) }];

await measure('access log: making the line', (one) => void accessLine('2026-11-20T11:14:05.123Z', one));
await measure('access log: write', (one) => accessLog.write(one));
await measure('metrics: recordCall', (one) => metrics.recordCall(one));
await measure('log.info with three fields', (one) =>
  log.info('a message', { app: one.appId, status: one.status, model: one.model }),
);
await measure('log.debug, switched off', () => log.debug('a message'));
await measure(
  'trace: making the line, 600 characters',
  (one) => void JSON.stringify(traceEvent(1, traceWishes, one, { prompt }, [])),
);
await measureCpu('access log: write, to the disk', (one) => accessLog.write(one));

const before = performance.now();
const text = await metrics.text();
console.log(`scrape: ${(performance.now() - before).toFixed(1)} ms for ${text.split('\n').length} lines`);
await log.close();
rmSync(folder, { recursive: true });
