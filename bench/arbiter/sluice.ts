import type { AffinityLimits, GroupMode } from '../../src/decisions/arbitration/lane-limits.ts';
import { Scheduler } from '../../src/decisions/arbitration/scheduler.ts';
import { Ticket } from '../../src/decisions/arbitration/ticket.ts';
import type { ModelKeeper, Residency } from '../../src/model/model-keeper.ts';
import type { Job, Policy, World } from './world.ts';

const endless = Number.POSITIVE_INFINITY;

export interface Setting {
  readonly mode: GroupMode;
  readonly capacityMib: number;
  readonly affinity: AffinityLimits;
}

/** The scheduler itself, as it runs in the daemon. */
export class Sluice implements Policy, ModelKeeper {
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #tickets = new Map<Job, Ticket>();
  readonly #jobs = new Map<string, Job>();
  readonly #keys = new Map<string, string>();
  readonly #loads = new Map<string, number>();

  constructor(world: World, models: Iterable<string>, { mode, capacityMib, affinity }: Setting) {
    this.#world = world;
    const group = {
      mode,
      affinity,
      capacityVramMib: capacityMib,
      queueMax: endless,
      queuePerAppMax: endless,
      queueWaitMaxMs: endless,
    };
    const facts = new Map([...models].map((model) => [model, { vramMib: world.vramOf(model) }]));
    const backend = { group: 'gpu', concurrency: endless, concurrencyPerModel: 1, models: new Map(), facts };
    this.#scheduler = new Scheduler(
      { groups: new Map([['gpu', group]]), backends: new Map([['ollama', backend]]), ungrouped: group },
      { grant: (ticket) => this.#granted(ticket), reject: (_, refusal) => raise(refusal) },
      this,
    );
  }

  arrived(job: Job): void {
    const requestId = `${job.id}`;
    this.#jobs.set(requestId, job);
    const request = { requestId, appId: job.app, backend: 'ollama', model: job.model };
    const outcome = this.#scheduler.arrive(request, this.#world.nowMs);
    if (!(outcome instanceof Ticket)) raise(outcome);
    else if (outcome.state === 'running') this.#granted(outcome);
  }

  ended(job: Job): void {
    const ticket = this.#tickets.get(job);
    if (ticket !== undefined) this.#scheduler.release(ticket, this.#world.nowMs);
  }

  loaded(model: string): void {
    const tookMs = this.#world.nowMs - (this.#loads.get(model) ?? 0);
    this.#scheduler.loaded(this.#keys.get(model) ?? '', tookMs, this.#world.nowMs);
  }

  unloaded(model: string): void {
    this.#scheduler.unloaded(this.#keys.get(model) ?? '', this.#world.nowMs);
  }

  wakeAtMs(): number {
    return this.#scheduler.earliestDeadlineMs ?? endless;
  }

  wake(): void {
    this.#scheduler.tick(this.#world.nowMs);
  }

  manages(): boolean {
    return true;
  }

  load({ model, key }: Residency): void {
    this.#keys.set(model, key);
    this.#loads.set(model, this.#world.nowMs);
    this.#world.load(model);
  }

  unload({ model }: Residency): void {
    this.#world.unload(model);
  }

  abandonLoad(): void {}

  #granted(ticket: Ticket): void {
    const job = this.#jobs.get(ticket.request.requestId);
    if (job === undefined) return;
    this.#tickets.set(job, ticket);
    this.#world.start(job);
  }
}

function raise(refusal: Error): never {
  throw refusal;
}
