import type { Trace } from './world.ts';
import { unloadMs } from './world.ts';

/**
 * What no scheduler can beat, knowing everything in advance, on a card that serves one request at a time.
 *
 * Where requests do not depend on one another it is the optimum itself: requests of one model can be put into order
 * of arrival without loss (exchange two of them and neither ends later than the later did), so a schedule is a way
 * through the grid of "so many of each model done, this one loaded", and of two ways to the same point the one
 * that is there earlier is never worse.
 *
 * Where agents wait for their answers it is a lower bound, proven and not always reached: every service must be
 * given one after another, and between two requests of one agent for different models there is at least a load of
 * the second, so the agent with the dearest loads must see all of them.
 */
export function bestMakespan(trace: Trace): { readonly ms: number; readonly isOptimum: boolean } {
  const isOpen = trace.sessions.every(({ jobs }) => jobs.length === 1);
  return isOpen ? { ms: optimum(trace), isOptimum: true } : { ms: chainBound(trace), isOptimum: false };
}

function optimum(trace: Trace): number {
  const grid = new Grid(trace);
  for (let point = 0; point < grid.points; point++) grid.goOnFrom(point);
  return grid.earliestEndMs;
}

interface Waiting {
  readonly startsMs: number;
  readonly serviceMs: number;
}

/** Of three models: how many requests of each are done, and which model is loaded (3: none); and when that can be. */
class Grid {
  readonly points: number;
  readonly #queues: readonly (readonly Waiting[])[];
  readonly #loadMs: readonly number[];
  readonly #sizes: readonly number[];
  readonly #steps: readonly number[];
  readonly #times: Float64Array;

  constructor({ models, sessions }: Trace) {
    this.#queues = [...models.keys()].map((model) =>
      sessions
        .flatMap(({ startsMs, jobs }) =>
          jobs.map((job) => ({ startsMs, serviceMs: job.serviceMs, of: job.model })),
        )
        .filter(({ of }) => of === model)
        .sort((one, other) => one.startsMs - other.startsMs),
    );
    this.#loadMs = [...models.values()].map(({ loadMs }) => loadMs);
    this.#sizes = this.#queues.map((queue) => queue.length + 1);
    const [sizeA = 1, sizeB = 1, sizeC = 1] = this.#sizes;
    this.#steps = [1, sizeA, sizeA * sizeB];
    this.points = sizeA * sizeB * sizeC;
    this.#times = new Float64Array(this.points * 4).fill(Number.POSITIVE_INFINITY);
    this.#times[3] = 0;
  }

  get earliestEndMs(): number {
    return Math.min(...this.#times.subarray((this.points - 1) * 4));
  }

  goOnFrom(point: number): void {
    for (let next = 0; next < 3; next++) {
      const step = this.#steps[next] ?? 1;
      const done = Math.floor(point / step) % (this.#sizes[next] ?? 1);
      const request = this.#queues[next]?.[done];
      if (request !== undefined) this.#serve(request, next, point, point + step);
    }
  }

  /** A load may be done ahead of the request that it is for. */
  #serve({ startsMs, serviceMs }: Waiting, next: number, from: number, to: number): void {
    for (let loaded = 0; loaded < 4; loaded++) {
      const fromMs = this.#times[from * 4 + loaded] ?? Number.POSITIVE_INFINITY;
      const endMs = Math.max(fromMs + this.#swapMs(loaded, next), startsMs) + serviceMs;
      const place = to * 4 + next;
      if (endMs < (this.#times[place] ?? 0)) this.#times[place] = endMs;
    }
  }

  #swapMs(loaded: number, next: number): number {
    if (loaded === next) return 0;
    return (loaded === 3 ? 0 : unloadMs) + (this.#loadMs[next] ?? 0);
  }
}

function chainBound({ sessions, models }: Trace): number {
  let servicesMs = 0;
  let dearestMs = 0;
  for (const { jobs } of sessions) {
    let loadsMs = 0;
    let before: string | undefined;
    for (const { serviceMs, model } of jobs) {
      servicesMs += serviceMs;
      if (model !== before)
        loadsMs += (models.get(model)?.loadMs ?? 0) + (before === undefined ? 0 : unloadMs);
      before = model;
    }
    dearestMs = Math.max(dearestMs, loadsMs);
  }
  return servicesMs + dearestMs;
}
