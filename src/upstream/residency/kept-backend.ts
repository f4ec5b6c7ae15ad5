import type { Environment } from '../../config/environment.ts';
import type { Held, Memory } from '../../providers/driver.ts';
import type { Backend } from '../backend.ts';
import type { Connections } from '../connections.ts';
import { asStarted, type LastDone } from './remembered-runtime.ts';
import type { Patience, Runtime } from './runtime.ts';
import { runtimeOf } from './runtime-of.ts';

/** The keeper's notes about the memory of one backend. */
export class KeptBackend {
  readonly backend: Backend;
  readonly runtime: Runtime | undefined;
  /** By key, the models the referee had put there, from the moment it asked for them. */
  readonly ours: Map<string, string>;
  /** What its memory showed when it was last looked at. */
  memory: Memory | undefined;
  /** Models somebody else loaded, by the runtime's names, of which the log knows. */
  foreignSeen: ReadonlySet<string> = new Set();
  /** No longer in the configuration, but perhaps still with a model of ours. */
  isLeaving = false;
  isLooking = false;
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

  /** Does one thing after the other; `job` never rejects. */
  enqueue(job: () => Promise<void>): void {
    this.#queue.length++;
    this.#queue.last = this.#queue.last.then(job).finally(() => {
      this.#queue.length--;
    });
  }

  /** Its models as the configuration calls them; those it does not know, as the runtime does. */
  namesOf(held: Held): string[] {
    const known = this.#knownNames();
    if (held === 'all') return [...new Set(known.values())];
    return [...new Set(held.map((name) => known.get(name) ?? name))];
  }

  /** What is in memory though we did not put it there, by the runtime's names; `all` where it has one model alone. */
  foreign({ loaded, isFixed }: Memory): readonly string[] {
    if (isFixed === true || this.runtime === undefined) return [];
    if (loaded === 'all') return this.ours.size > 0 ? [] : ['all'];
    const { nameOf } = this.runtime;
    const own = new Set([...this.ours.values()].map(nameOf));
    return loaded.filter((name) => !own.has(name));
  }

  /** Could an earlier run of ours have loaded this? Then it is no stranger, only left over. */
  couldBeOurs(name: string): boolean {
    const { autoModels } = this.backend.config;
    return name === 'all' || autoModels || this.#knownNames().has(name);
  }

  /** The runtime's names → ours. */
  #knownNames(): Map<string, string> {
    const nameOf = this.runtime?.nameOf ?? ((model: string) => model);
    const names = [...this.backend.config.models.keys(), ...this.ours.values()];
    return new Map(names.map((name) => [nameOf(name), name]));
  }
}
