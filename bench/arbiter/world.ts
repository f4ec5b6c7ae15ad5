/** A request of the simulation. */
export interface Job {
  readonly id: number;
  readonly app: string;
  readonly model: string;
  readonly serviceMs: number;
  /** Who sends it: a session sends its next request a while after the last one was answered. */
  readonly session: number;
  arrivedMs: number;
  startedMs: number;
  endedMs: number;
}

export interface Model {
  readonly loadMs: number;
  readonly vramMib: number;
}

/** One session: jobs one after another, the first at `startsMs`, each of the others `thinkMs` after the one before. */
export interface Session {
  readonly startsMs: number;
  readonly thinkMs: number;
  readonly jobs: readonly Job[];
}

export interface Trace {
  /** What our group is set to; the others have no such choice. */
  readonly mode: 'swap' | 'sets';
  readonly models: ReadonlyMap<string, Model>;
  readonly sessions: readonly Session[];
}

/** What decides about turns. It is told what happens and tells the card what to do. */
export interface Policy {
  arrived(job: Job): void;
  ended(job: Job): void;
  loaded(model: string): void;
  unloaded(model: string): void;
  /** When it wants to be woken without anything having happened. */
  wakeAtMs?(): number;
  wake?(): void;
}

/** Runtimes give memory back within a second or so. */
export const unloadMs = 1_000;

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly what: () => void;
}

/** One card: what is on it, and what time it is. It does as it is told and checks that it is possible. */
export class World {
  nowMs = 0;
  loads = 0;
  readonly resident = new Set<string>();
  readonly finished: Job[] = [];
  readonly #trace: Trace;
  readonly #capacityMib: number;
  readonly #happenings: Happening[] = [];
  #order = 0;
  #policy: Policy | undefined;

  constructor(trace: Trace, capacityMib: number) {
    this.#trace = trace;
    this.#capacityMib = capacityMib;
  }

  run(policy: Policy): void {
    this.#policy = policy;
    for (const session of this.#trace.sessions) this.#send(session, 0, session.startsMs);
    for (;;) {
      const next = this.#happenings[0];
      const wakeMs = policy.wakeAtMs?.() ?? Number.POSITIVE_INFINITY;
      if (next === undefined && wakeMs === Number.POSITIVE_INFINITY) break;
      if (next === undefined || wakeMs < next.atMs) {
        this.nowMs = Math.max(this.nowMs, wakeMs);
        policy.wake?.();
        continue;
      }
      this.#take();
      this.nowMs = next.atMs;
      next.what();
    }
  }

  start(job: Job): void {
    if (!this.resident.has(job.model)) throw new Error(`${job.model} is not loaded`);
    job.startedMs = this.nowMs;
    this.#after(job.serviceMs, () => {
      job.endedMs = this.nowMs;
      this.finished.push(job);
      this.#policy?.ended(job);
      const session = this.#trace.sessions[job.session];
      if (session !== undefined) {
        this.#send(session, session.jobs.indexOf(job) + 1, this.nowMs + session.thinkMs);
      }
    });
  }

  load(model: string): void {
    this.loads++;
    const used = [...this.resident, model].reduce((sum, name) => sum + this.vramOf(name), 0);
    if (used > this.#capacityMib) throw new Error(`${model} does not fit`);
    this.resident.add(model);
    this.#after(this.#trace.models.get(model)?.loadMs ?? 0, () => this.#policy?.loaded(model));
  }

  unload(model: string): void {
    this.#after(unloadMs, () => {
      this.resident.delete(model);
      this.#policy?.unloaded(model);
    });
  }

  vramOf(model: string): number {
    return this.#trace.models.get(model)?.vramMib ?? 0;
  }

  fits(models: Iterable<string>): boolean {
    let sum = 0;
    for (const model of models) sum += this.vramOf(model);
    return sum <= this.#capacityMib;
  }

  #send(session: Session, at: number, atMs: number): void {
    const job = session.jobs[at];
    if (job === undefined) return;
    this.#after(atMs - this.nowMs, () => {
      job.arrivedMs = this.nowMs;
      this.#policy?.arrived(job);
    });
  }

  #after(delayMs: number, what: () => void): void {
    const happening = { atMs: this.nowMs + delayMs, order: ++this.#order, what };
    const at = this.#happenings.findIndex(
      (other) =>
        other.atMs > happening.atMs || (other.atMs === happening.atMs && other.order > happening.order),
    );
    this.#happenings.splice(at < 0 ? this.#happenings.length : at, 0, happening);
  }

  #take(): void {
    this.#happenings.shift();
  }
}
