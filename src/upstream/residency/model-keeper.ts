import type { Environment } from '../../config/environment.ts';
import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { KeeperEvents, ModelKeeper as KeeperPort, Residency } from '../../model/model-keeper.ts';
import { RuntimeRefusal } from '../../providers/driver.ts';
import type { Log } from '../../telemetry/logger.ts';
import type { Backend } from '../backend.ts';
import type { Connections } from '../connections.ts';
import { clearAway } from './clear-away.ts';
import { clearCard } from './clear-card.ts';
import { KeptBackend } from './kept-backend.ts';
import { loadModel } from './load-model.ts';
import { whyOf } from './trouble.ts';
import { callOffLoad, unloadModel } from './unload-model.ts';

export interface KeeperParts {
  readonly connections: Connections;
  /** Of this process, for the commands of the operator; they get a few of its variables. */
  readonly environment: Environment;
}

const LOOK_EVERY_MS = 3_000;

const NOBODY_WAITS = 'Nobody waited for it any more.';

/**
 * Keeps the memory of the backends as the referee wants it: has models loaded and unloaded, and tells it what really
 * happened, which is what the memory shows and not what a runtime answers. It decides nothing about turns. Each
 * backend is told one thing at a time; several of a group may be told something at once.
 */
export class ModelKeeper implements KeeperPort {
  readonly #parts: KeeperParts;
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'info' | 'warn'>;
  readonly #kept = new Map<string, KeptBackend>();
  /** Groups in which something was loaded: from then on what we did not load is somebody else's. */
  readonly #taken = new Set<string>();
  /** Loads that were called off before they began. */
  readonly #abandoned = new Set<string>();
  /** Those that have begun, and may be broken off. */
  readonly #loading = new Map<string, AbortController>();
  readonly #end = new AbortController();
  #reports: KeeperEvents | undefined;
  #stopLooking: CancelTimer | undefined;

  constructor(parts: KeeperParts, clock: Clock, log: Pick<Log, 'info' | 'warn'>) {
    this.#parts = parts;
    this.#clock = clock;
    this.#log = log;
  }

  /** Who hears of everything from now on. */
  reportTo(reports: KeeperEvents): void {
    this.#reports = reports;
  }

  /** Keeps the memory of these from now on; what is known of servers that stay is kept. */
  watch(backends: Iterable<Backend>): void {
    const before = new Map(this.#kept);
    this.#kept.clear();
    for (const backend of backends) {
      if (backend.origin === undefined) continue;
      const known = before.get(backend.name);
      const isSame = known?.backend.connectionKey === backend.connectionKey;
      const { connections, environment } = this.#parts;
      this.#kept.set(
        backend.name,
        new KeptBackend(backend, connections, environment, isSame ? known : undefined),
      );
    }
    for (const [name, known] of before) this.#letGo(name, known);
    this.#stopLooking ??= this.#clock.every(LOOK_EVERY_MS, () => this.#lookAround());
    this.#lookAround();
  }

  /** Others had this group's memory meanwhile: nothing in it is ours now, and nothing a stranger's either. */
  forget(group: string): void {
    this.#taken.delete(group);
    for (const kept of this.#kept.values()) {
      if (kept.group !== group) continue;
      kept.ours.clear();
      kept.foreignSeen = new Set();
    }
  }

  /** Stops looking, and calls off what is under way. */
  stop(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    this.#end.abort();
  }

  /** False: the runtime loads by itself on the first request and cannot be told to unload. */
  manages({ backend }: Residency): boolean {
    const kept = this.#kept.get(backend);
    return kept?.group !== undefined && kept.canUnload;
  }

  load(residency: Residency): void {
    const kept = this.#kept.get(residency.backend);
    if (kept === undefined || kept.isLeaving) {
      this.#later(() => this.#reports?.loadFailed(residency.key, 'Its backend is not in the configuration.'));
      return;
    }
    this.#abandoned.delete(residency.key);
    kept.ours.set(residency.key, residency.model);
    kept.enqueue(() => this.#load(kept, residency));
  }

  unload(residency: Residency): void {
    const kept = this.#kept.get(residency.backend);
    if (kept === undefined) this.#later(() => this.#reports?.unloaded(residency.key));
    else kept.enqueue(() => this.#unload(kept, residency));
  }

  /** One that has begun is broken off where its runtime shows what comes of that, else seen through. */
  abandonLoad({ key }: Residency): void {
    const breakOff = this.#loading.get(key);
    if (breakOff === undefined) this.#abandoned.add(key);
    else breakOff.abort();
  }

  async #load(kept: KeptBackend, residency: Residency): Promise<void> {
    const { key } = residency;
    if (this.#abandoned.delete(key)) {
      kept.ours.delete(key);
      this.#reports?.loadFailed(key, NOBODY_WAITS);
      return;
    }
    const breakOff = new AbortController();
    if (kept.canBreakOff) this.#loading.set(key, breakOff);
    await this.#loadUnless(breakOff.signal, kept, residency);
    this.#loading.delete(key);
    await this.#look(kept);
  }

  async #loadUnless(isBrokenOff: AbortSignal, kept: KeptBackend, { key, model }: Residency): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    try {
      await this.#clear(kept, model);
      await this.#loadHere(kept, model, isBrokenOff);
      kept.settle(model);
      this.#reports?.loaded(key, this.#clock.monotonicMs() - startedMs);
    } catch (thrown) {
      const untilMs = startedMs + kept.patience.loadMaxMs;
      if (isBrokenOff.aborted) await this.#clearAway(kept, { key, model }, untilMs);
      else {
        kept.lose(key, model);
        this.#fail('loadFailed', kept, { key, model }, thrown);
      }
    }
  }

  async #loadHere(kept: KeptBackend, model: string, isBrokenOff: AbortSignal): Promise<void> {
    const { runtime, patience, backend } = kept;
    if (runtime === undefined) return;
    const options = backend.config.models.get(model)?.loadOptions ?? {};
    const task = { model, options, patience, clock: this.#clock };
    try {
      await loadModel(runtime, task, AbortSignal.any([this.#end.signal, isBrokenOff]));
    } catch (thrown) {
      const mayEndYet = !(thrown instanceof RuntimeRefusal) && !isBrokenOff.aborted;
      if (mayEndYet) await callOffLoad(runtime, task, this.#end.signal);
      throw thrown;
    }
  }

  /** Whoever wants the room waits for this answer, so it is given when the room is there. */
  async #clearAway(
    kept: KeptBackend,
    { key, model }: Pick<Residency, 'key' | 'model'>,
    untilMs: number,
  ): Promise<void> {
    const { runtime, patience } = kept;
    const task = { model, patience, clock: this.#clock };
    const isGone =
      runtime !== undefined && (await clearAway(runtime, task, untilMs, this.#end.signal).catch(() => false));
    if (isGone) kept.ours.delete(key);
    else kept.lose(key, model);
    if (!this.#end.signal.aborted) this.#reports?.loadFailed(key, NOBODY_WAITS);
  }

  async #clear(kept: KeptBackend, model: string): Promise<void> {
    const { group } = kept;
    if (group === undefined) return;
    const backends = [...this.#kept.values()].filter((one) => one.group === group);
    const isFirst = !this.#taken.has(group);
    const clearing = { backends, target: { kept, model }, isFirst, clock: this.#clock, log: this.#log };
    await clearCard(clearing, this.#end.signal);
    this.#taken.add(group);
  }

  async #unload(kept: KeptBackend, { key, model }: Residency): Promise<void> {
    try {
      if (kept.runtime !== undefined) {
        const task = { model, patience: kept.patience, clock: this.#clock };
        await unloadModel(kept.runtime, task, this.#end.signal);
      }
      kept.ours.delete(key);
      kept.settle(model);
      this.#reports?.unloaded(key);
    } catch (thrown) {
      kept.lose(key, model);
      this.#fail('unloadFailed', kept, { key, model }, thrown);
    }
    await this.#look(kept);
    if (kept.isLeaving && kept.ours.size === 0) this.#kept.delete(kept.backend.name);
  }

  /** What is called off because the house closes is nobody's failure. */
  #fail(
    what: 'loadFailed' | 'unloadFailed',
    { backend }: KeptBackend,
    { key, model }: Pick<Residency, 'key' | 'model'>,
    thrown: unknown,
  ): void {
    if (this.#end.signal.aborted) return;
    const why = whyOf(thrown, backend.config.apiKey);
    const verb = what === 'loadFailed' ? 'loaded' : 'unloaded';
    this.#log.warn(`a model could not be ${verb}`, { backend: backend.name, model, why });
    this.#reports?.[what](key, why);
  }

  /** A backend that left the configuration is kept while a model of ours is in its memory. */
  #letGo(name: string, known: KeptBackend): void {
    if (this.#kept.has(name) || known.ours.size === 0) return;
    known.isLeaving = true;
    this.#kept.set(name, known);
  }

  #lookAround(): void {
    for (const kept of this.#kept.values()) {
      if (kept.group !== undefined && !kept.isBusy && !kept.isLooking && !kept.isLeaving)
        void this.#look(kept);
    }
  }

  /** Never rejects: a runtime that cannot be asked now is asked again in three seconds. */
  async #look(kept: KeptBackend): Promise<void> {
    if (kept.runtime?.memory === undefined || this.#end.signal.aborted) return;
    kept.isLooking = true;
    try {
      const memory = await kept.runtime.memory(this.#end.signal);
      kept.memory = memory;
      kept.isSilent = false;
      this.#noteForeign(kept, kept.foreign(memory));
      this.#reports?.residentsSeen(kept.backend.name, kept.namesOf(memory));
    } catch {
      kept.isSilent = true;
      // It is down, or says nonsense: the watch over its health tells people so.
    } finally {
      kept.isLooking = false;
    }
  }

  /** Once for each model, until it is gone. */
  #noteForeign(kept: KeptBackend, foreign: readonly string[]): void {
    const { group, backend } = kept;
    if (group === undefined || !this.#taken.has(group)) return;
    for (const model of foreign) {
      if (kept.foreignSeen.has(model)) continue;
      this.#log.warn('a model is in memory that Sluice did not load', { backend: backend.name, model });
    }
    kept.foreignSeen = new Set(foreign);
  }

  #later(report: () => void): void {
    this.#clock.after(0, report);
  }
}
