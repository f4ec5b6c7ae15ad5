/** What the referee costs a request that finds its slot free, and one that must wait. `npx tsx bench/arbiter-fast-path.ts` */
import { Arbiter } from '../src/decisions/arbitration/arbiter.ts';
import type { LaneLimits, LaneRequest } from '../src/decisions/arbitration/lane-limits.ts';
import { Lease } from '../src/decisions/arbitration/lease.ts';
import { systemClock } from '../src/model/clock.ts';
import { Departure } from '../src/model/departure.ts';

const unlimited = {
  queueMax: Number.POSITIVE_INFINITY,
  queuePerAppMax: Number.POSITIVE_INFINITY,
  queueWaitMaxMs: 3_600_000,
};
const limits: LaneLimits = {
  groups: new Map([['gpu', unlimited]]),
  backends: new Map([
    ['ollama', { group: 'gpu', concurrency: 1, models: new Map() }],
    ['cloud', { concurrency: 64, models: new Map([['big', 8]]) }],
  ]),
  ungrouped: unlimited,
};
const grouped: LaneRequest = { requestId: 'r', appId: 'app', backend: 'ollama', model: 'm', group: 'gpu' };
const cloud: LaneRequest = { requestId: 'r', appId: 'app', backend: 'cloud', model: 'big' };

function fastPath(name: string, request: LaneRequest, rounds: number): void {
  const arbiter = new Arbiter(limits, systemClock);
  const departure = new Departure();
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    const lease = arbiter.enter(request, departure);
    if (lease instanceof Lease) lease.release();
  }
  report(`${name}, slot free: enter + release`, began, rounds);
}

async function queued(waiters: number): Promise<void> {
  const arbiter = new Arbiter(limits, systemClock);
  const began = performance.now();
  const served: Promise<void>[] = [];
  for (let i = 0; i < waiters; i++) {
    const entered = Promise.resolve(arbiter.enter(grouped, new Departure()));
    served.push(entered.then((lease) => lease.release()));
  }
  await Promise.all(served);
  report(`${waiters} in one queue: enter + wait + release`, began, waiters);
}

async function leaving(waiters: number): Promise<void> {
  const arbiter = new Arbiter(limits, systemClock);
  const departures = Array.from({ length: waiters }, () => new Departure());
  void arbiter.enter(grouped, new Departure());
  const refused = departures.map((departure) =>
    Promise.resolve(arbiter.enter(grouped, departure)).catch(() => undefined),
  );
  const began = performance.now();
  for (const departure of departures) departure.leave();
  await Promise.all(refused);
  report(`${waiters} in one queue, all leave: each`, began, waiters);
}

function view(waiters: number): void {
  const arbiter = new Arbiter(limits, systemClock);
  for (let i = 0; i < waiters; i++) void arbiter.enter(grouped, new Departure());
  const began = performance.now();
  arbiter.view();
  report(`a view of ${waiters} waiting: whole`, began, 1);
}

function report(what: string, began: number, rounds: number): void {
  const nanoseconds = ((performance.now() - began) * 1e6) / rounds;
  console.log(`${what.padEnd(52)} ${nanoseconds.toFixed(0).padStart(9)} ns`);
}

for (const rounds of [200_000, 2_000_000]) {
  fastPath('grouped', grouped, rounds);
  fastPath('ungrouped, limited model', cloud, rounds);
}
for (const waiters of [1000, 10_000, 100_000]) {
  await queued(waiters);
  await leaving(waiters);
}
view(10_000);
process.exit(0);
