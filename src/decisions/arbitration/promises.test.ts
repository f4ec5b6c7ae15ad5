import { expect, test } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Residency } from '../../model/model-keeper.ts';
import type { GroupLimits, LaneLimits, ModelFacts } from './lane-limits.ts';
import { residencyMinMs } from './plan-swap.ts';
import { cancelledByOperator } from './refusals.ts';
import { Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/**
 * The promises of predecessors 2.8 that are about turns alone, on a card whose models take ten seconds to load and one
 * to unload: played to the end with a clock that jumps from one happening to the next.
 */
const loadMs = 10_000;
const unloadMs = 1_000;

interface Job {
  readonly app: string;
  readonly model: string;
  readonly arrivesMs: number;
  readonly serviceMs: number;
  readonly weight?: number;
}

interface Served extends Job {
  readonly startedMs: number;
}

class Card {
  nowMs = 0;
  loads = 0;
  readonly served: Served[] = [];
  readonly scheduler: Scheduler;
  readonly waiting = new Map<string, Ticket>();
  readonly #jobs: readonly Job[];
  readonly #happenings: { readonly atMs: number; readonly what: () => void }[] = [];

  constructor(
    group: Partial<GroupLimits>,
    jobs: readonly Job[],
    facts: ReadonlyMap<string, ModelFacts> = new Map(),
  ) {
    this.#jobs = jobs;
    this.scheduler = new Scheduler(
      limits(group, facts),
      {
        grant: (ticket) => this.#start(ticket),
        reject: ({ request }) => this.waiting.delete(request.requestId),
      },
      {
        manages: () => true,
        load: ({ key }: Residency) => {
          this.loads++;
          this.#after(loadMs, () => this.scheduler.loaded(key, loadMs, this.nowMs));
        },
        unload: ({ key }) => this.#after(unloadMs, () => this.scheduler.unloaded(key, this.nowMs)),
        abandonLoad: () => undefined,
      },
    );
    for (const [at, job] of jobs.entries()) this.#after(job.arrivesMs, () => this.#arrive(at, job));
  }

  /** Until nothing more happens, or `untilMs`; `meanwhile` is called after everything that does. */
  run(untilMs = Number.POSITIVE_INFINITY, meanwhile = () => {}): this {
    for (;;) {
      this.#happenings.sort((one, other) => one.atMs - other.atMs);
      const [next] = this.#happenings;
      const wakeMs = this.scheduler.earliestDeadlineMs ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, wakeMs);
      if (atMs > untilMs || atMs === Number.POSITIVE_INFINITY) return this;
      this.nowMs = Math.max(this.nowMs, atMs);
      if (next === undefined || wakeMs < next.atMs) this.scheduler.tick(this.nowMs);
      else this.#happenings.shift()?.what();
      meanwhile();
    }
  }

  #arrive(at: number, { app, model, weight }: Job): void {
    const request = { requestId: `${at}`, appId: app, backend: 'ollama', model, group: 'gpu', weight };
    const outcome = this.scheduler.arrive(request, this.nowMs);
    if (outcome instanceof GatewayError) throw outcome;
    if (outcome.state === 'running') this.#start(outcome);
    else this.waiting.set(request.requestId, outcome);
  }

  #start(ticket: Ticket): void {
    this.waiting.delete(ticket.request.requestId);
    const job = this.#jobs[Number(ticket.request.requestId)];
    if (job === undefined) throw new Error('nobody sent this');
    this.served.push({ ...job, startedMs: this.nowMs });
    this.#after(job.serviceMs, () => this.scheduler.release(ticket, this.nowMs));
  }

  #after(delayMs: number, what: () => void): void {
    this.#happenings.push({ atMs: this.nowMs + delayMs, what });
  }
}

function limits(group: Partial<GroupLimits>, facts: ReadonlyMap<string, ModelFacts>): LaneLimits {
  const endless = Number.POSITIVE_INFINITY;
  const queue = { queueMax: endless, queuePerAppMax: endless, queueWaitMaxMs: endless };
  const affinity = { batchMax: 8, holdMaxMs: 30_000 };
  return {
    groups: new Map([['gpu', { ...queue, mode: 'swap', affinity, ...group }]]),
    backends: new Map([
      ['ollama', { group: 'gpu', concurrency: 64, models: new Map(), concurrencyPerModel: 1, facts }],
    ]),
    ungrouped: queue,
  };
}

const repeated = (count: number, make: (at: number) => Job) =>
  Array.from({ length: count }, (_, at) => make(at));

test('(a) any waiter may leave at any moment: the others are all served', () => {
  for (let seed = 0; seed < 50; seed++) {
    const jobs = repeated(30, (at) => ({
      app: `app${at % 3}`,
      model: `m${(at * 7 + seed) % 3}`,
      arrivesMs: at * 500,
      serviceMs: 2000,
    }));
    const card = new Card({}, jobs);
    let moments = 0;
    let left = 0;
    card.run(Number.POSITIVE_INFINITY, () => {
      if (moments++ % 5 !== seed % 5) return;
      const victim = [...card.waiting.values()][seed % Math.max(1, card.waiting.size)];
      if (victim !== undefined && card.scheduler.cancel(victim, cancelledByOperator(), card.nowMs)) left++;
    });
    expect(card.served.length + left).toBe(jobs.length);
    expect(left).toBeGreaterThan(3);
    expect([card.waiting.size, card.scheduler.runningCount, card.scheduler.waitingCount]).toEqual([0, 0, 0]);
  }
});

test('(d) ABCABC … of three apps: few swaps, and nobody below their share by more than a turn', () => {
  const jobs = repeated(300, (at) => ({
    app: `app${at % 3}`,
    model: `m${at % 3}`,
    arrivesMs: at,
    serviceMs: 2000,
  }));
  const card = new Card({}, jobs).run();
  expect(card.served).toHaveLength(300);
  // At most one swap for every eight requests, where first come, first served would have 300.
  expect(card.loads).toBeLessThanOrEqual(Math.ceil(300 / 8) + 3);
  // An app may be ahead by what two loads are worth three times over, and one request.
  const turn = (3 * 2 * loadMs) / 2000 + 1;
  const counts = new Map<string, number>();
  for (const { app } of card.served.slice(0, 240)) {
    counts.set(app, (counts.get(app) ?? 0) + 1);
    const had = ['app0', 'app1', 'app2'].map((name) => counts.get(name) ?? 0);
    expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(turn + 1);
  }
});

/** Work for one model without end, and now and then a request for another. */
function besideEndless(everyMs: number, app: string): number[] {
  const serviceMs = 3000;
  const endless = repeated(1000, (at) => ({ app: 'greedy', model: 'a', arrivesMs: at * everyMs, serviceMs }));
  const rare = repeated(5, (at) => ({ app, model: 'b', arrivesMs: 60_000 + at * 150_000, serviceMs }));
  const card = new Card({}, [...endless, ...rare]).run();
  const waits = card.served.filter(({ model }) => model === 'b').map((job) => job.startedMs - job.arrivesMs);
  expect(waits).toHaveLength(5);
  expect(Math.max(...waits)).toBeGreaterThan(residencyMinMs);
  return waits;
}

/** One request that runs, and the swap itself. */
const lastMs = 3000 + unloadMs + loadMs;

test('(e) another app waits for its model until it is three times both loads behind, however much work there is', () => {
  const waits = besideEndless(250, 'other');
  expect(Math.max(...waits)).toBeLessThanOrEqual(3 * 2 * loadMs + lastMs);
});

test('(e) within one app a request for another model is passed for thirty seconds, and no longer', () => {
  const waits = besideEndless(4000, 'greedy');
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000 + lastMs);
});

test('a model that needs the whole card is not kept out by small ones that come and go', () => {
  const small = (at: number) => ({
    app: `app${at % 4}`,
    model: `s${at % 4}`,
    arrivesMs: at * 2500,
    serviceMs: 2000,
  });
  const large = { app: 'patient', model: 'large', arrivesMs: 60_000, serviceMs: 2000 };
  const facts = new Map(['s0', 's1', 's2', 's3'].map((model) => [model, { vramMib: 8 }]));
  facts.set('large', { vramMib: 24 });
  const card = new Card({ mode: 'sets', capacityVramMib: 24 }, [...repeated(400, small), large], facts).run();
  const [served] = card.served.filter(({ model }) => model === 'large');
  expect((served?.startedMs ?? 0) - large.arrivesMs).toBeLessThanOrEqual(
    2 * 30_000 + 2000 + unloadMs + loadMs,
  );
});

test('nobody is passed for longer than half of what anybody may wait', () => {
  const serviceMs = 3000;
  const endless = repeated(600, (at) => ({
    app: 'greedy',
    model: 'a',
    arrivesMs: Math.floor(at / 4) * 12_000,
    serviceMs,
  }));
  const rare = repeated(5, (at) => ({
    app: 'other',
    model: 'b',
    arrivesMs: 60_000 + at * 300_000,
    serviceMs,
  }));
  const affinity = { batchMax: 1_000, holdMaxMs: 10_000 };
  const card = new Card({ queueWaitMaxMs: 60_000, affinity }, [...endless, ...rare]).run();
  const waits = card.served.filter(({ model }) => model === 'b').map((job) => job.startedMs - job.arrivesMs);
  expect(waits).toHaveLength(5);
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000 + serviceMs + unloadMs + loadMs);
});

test('weights are shares of the time, not of the requests', () => {
  const jobs = [
    ...repeated(100, () => ({ app: 'heavy', model: 'a', arrivesMs: 0, serviceMs: 6000, weight: 3 })),
    ...repeated(400, () => ({ app: 'light', model: 'a', arrivesMs: 0, serviceMs: 1000, weight: 1 })),
  ];
  const card = new Card({}, jobs).run(400_000);
  const timeOf = (app: string) =>
    card.served.filter((job) => job.app === app).reduce((sum, { serviceMs }) => sum + serviceMs, 0);
  expect(timeOf('heavy') / timeOf('light')).toBeCloseTo(3, 0);
});

test('one app with one model is served in order of arrival, in every mode', () => {
  for (const mode of ['serial', 'swap', 'sets'] as const) {
    const jobs = repeated(50, (at) => ({ app: 'app', model: 'a', arrivesMs: at * 100, serviceMs: 1000 }));
    const card = new Card({ mode }, jobs).run();
    const order = card.served.map(({ arrivesMs }) => arrivesMs);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  }
});
