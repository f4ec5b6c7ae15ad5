import type { Job, Policy, World } from './world.ts';

interface Runner {
  readonly waiting: Job[];
  running: Job | undefined;
  state: 'loading' | 'ready' | 'unloading';
  lastUsedMs: number;
}

/**
 * Ollama's scheduler (predecessors 2.3), with `OLLAMA_NUM_PARALLEL=1`: one line for models that are not loaded, and
 * whoever is first in it holds up the others until placed; requests for a loaded model go past it. An idle runner is
 * evicted first, else the one with the shortest keep-alive left, which is the one used longest ago, once nobody
 * uses or waits for it.
 */
export class Ollama implements Policy {
  readonly #world: World;
  readonly #pending: Job[] = [];
  readonly #runners = new Map<string, Runner>();

  constructor(world: World) {
    this.#world = world;
  }

  arrived(job: Job): void {
    const runner = this.#runners.get(job.model);
    if (runner === undefined || runner.state === 'unloading') this.#pending.push(job);
    else runner.waiting.push(job);
    this.#next();
  }

  ended(job: Job): void {
    const runner = this.#runners.get(job.model);
    if (runner === undefined) return;
    runner.running = undefined;
    runner.lastUsedMs = this.#world.nowMs;
    this.#next();
  }

  loaded(model: string): void {
    const runner = this.#runners.get(model);
    if (runner !== undefined) runner.state = 'ready';
    this.#next();
  }

  unloaded(model: string): void {
    this.#runners.delete(model);
    this.#next();
  }

  #next(): void {
    for (const runner of this.#runners.values()) this.#serve(runner);
    this.#place();
  }

  #serve(runner: Runner): void {
    if (runner.state !== 'ready' || runner.running !== undefined) return;
    runner.running = runner.waiting.shift();
    if (runner.running !== undefined) this.#world.start(runner.running);
  }

  /** The first in the line only. */
  #place(): void {
    for (let job = this.#pending[0]; job !== undefined; job = this.#pending[0]) {
      const runner = this.#runners.get(job.model);
      if (runner !== undefined && runner.state !== 'unloading') {
        this.#pending.shift();
        runner.waiting.push(job);
        this.#serve(runner);
        continue;
      }
      if (runner !== undefined || !this.#makeRoom(job.model)) return;
      const { nowMs } = this.#world;
      this.#runners.set(job.model, { waiting: [], running: undefined, state: 'loading', lastUsedMs: nowMs });
      this.#world.load(job.model);
    }
  }

  #makeRoom(model: string): boolean {
    if (this.#world.fits([...this.#runners.keys(), model])) return true;
    if ([...this.#runners.values()].some(({ state }) => state !== 'ready')) return false;
    const idle = [...this.#runners].filter(
      ([, { running, waiting }]) => running === undefined && waiting.length === 0,
    );
    const [victim] = idle.sort(([, one], [, other]) => one.lastUsedMs - other.lastUsedMs);
    if (victim === undefined) return false;
    victim[1].state = 'unloading';
    this.#world.unload(victim[0]);
    return false;
  }
}
