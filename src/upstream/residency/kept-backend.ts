import type { Environment } from '../../config/environment.ts';
import type { Memory } from '../../providers/driver.ts';
import type { Backend } from '../backend.ts';
import type { Connections } from '../connections.ts';
import { listedName } from './holding.ts';
import { asStarted, type LastDone } from './remembered-runtime.ts';
import type { Patience, Runtime } from './runtime.ts';
import { runtimeOf } from './runtime-of.ts';

/** The keeper's notes about the memory of one backend. */
export class KeptBackend {
  readonly backend: Backend;
  readonly runtime: Runtime | undefined;
  /** By key, the models the referee had put there, from the moment it asked for them. */
  readonly ours: Map<string, string>;
  /** By the runtime's names, models that were to be gone and perhaps are not: what is begun next must not trust it. */
  readonly stuck: Set<string>;
  /** What its memory showed when it was last looked at. */
  memory: Memory | undefined;
  /** Models somebody else loaded, by the runtime's names, of which the log knows. */
  foreignSeen: ReadonlySet<string> = new Set();
  /** No longer in the configuration, but perhaps still with a model of ours. */
  isLeaving = false;
  isLooking = false;
  /** The last look was not answered. */
  isSilent = false;
  readonly #last: LastDone;
  readonly #queue: { last: Promise<void>; length: number };

  /** @param before what was known of it before a reload, if it is the same server. */
  constructor(
    backend: Backend,
    connections: Connections,
    environment: Environment,
    before: KeptBackend | undefined,
  ) {
    this.backend = backend;
    this.#last = before === undefined ? asStarted() : before.#last;
    this.#queue = before === undefined ? { last: Promise.resolve(), length: 0 } : before.#queue;
    this.runtime = runtimeOf(backend, connections, environment, this.#last);
    this.ours = before?.ours ?? new Map();
    this.stuck = before?.stuck ?? new Set();
    this.memory = before?.memory;
    this.foreignSeen = before?.foreignSeen ?? this.foreignSeen;
  }

  get group(): string | undefined {
    return this.backend.config.sequenceGroup;
  }

  get patience(): Patience {
    return this.backend.config.residency;
  }

  /** Is it being told something? Then a look would see a state that is about to change. */
  get isBusy(): boolean {
    return this.#queue.length > 0;
  }

  /** Can it be told to give memory back? A runtime that has not been looked at yet is believed to. */
  get canUnload(): boolean {
    return this.runtime?.unload !== undefined && this.memory?.isFixed !== true;
  }

  /**
   * May a load be broken off half-way? Only where it shows what comes of that. A model that merely wakes is there
   * sooner than anything could be undone.
   */
  get canBreakOff(): boolean {
    const isVisible = this.runtime?.memory !== undefined && this.runtime.isTakenAtItsWord !== true;
    return isVisible && this.canUnload && this.backend.provider.driver?.sleeps !== true;
  }

  /** Does one thing after the other; `job` never rejects. */
  enqueue(job: () => Promise<void>): void {
    this.#queue.length++;
    this.#queue.last = this.#queue.last.then(job).finally(() => {
      this.#queue.length--;
    });
  }

  /** Its models as the configuration calls them; those it does not know, as the runtime does. */
  namesOf(memory: Memory): string[] {
    const known = this.#knownNames();
    const { loaded } = memory;
    if (loaded === 'all') return [...new Set(known.values())];
    const listed = new Map([...known].map(([name, own]) => [listedName(memory, name), own]));
    return loaded.map((name) => listed.get(name) ?? name);
  }

  /** What is in memory though we did not put it there, by the runtime's names; `all` where it has one model alone. */
  foreign(memory: Memory): readonly string[] {
    const { loaded, isFixed } = memory;
    const { runtime } = this;
    if (isFixed === true || runtime === undefined) return [];
    if (loaded === 'all') return this.ours.size > 0 ? [] : ['all'];
    const own = new Set([...this.ours.values()].map((model) => listedName(memory, runtime.nameOf(model))));
    return loaded.filter((name) => !own.has(name));
  }

  /** Could an earlier run of ours have loaded this? Then it is no stranger, only left over. */
  couldBeOurs(name: string): boolean {
    const { autoModels } = this.backend.config;
    return name === 'all' || autoModels || this.#knownNames().has(name);
  }

  /** It ought to be gone; if it is not, it counts as left over. */
  lose(key: string, model: string): void {
    this.ours.delete(key);
    this.stuck.add(this.runtime?.nameOf(model) ?? model);
  }

  /** It is where it ought to be. */
  settle(model: string): void {
    if (model === 'all') this.stuck.clear();
    else this.stuck.delete(this.runtime?.nameOf(model) ?? model);
  }

  isStuck(name: string): boolean {
    return name === 'all' ? this.stuck.size > 0 : this.stuck.has(name);
  }

  /** The runtime's names → ours. */
  #knownNames(): Map<string, string> {
    const nameOf = this.runtime?.nameOf ?? ((model: string) => model);
    const names = [...this.backend.config.models.keys(), ...this.ours.values()];
    return new Map(names.map((name) => [nameOf(name), name]));
  }
}
