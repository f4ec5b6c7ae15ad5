import type { CancelTimer, Clock } from '../model/clock.ts';
import type { Backend } from './backend.ts';
import type { Connections } from './connections.ts';
import { discoverModels } from './discover-models.ts';
import { findMissingSurfaces } from './find-missing-surfaces.ts';
import { probePathOf, statusOf } from './look-up.ts';
import { type MissingSurfaces, REMEMBERED_MS } from './missing-surfaces.ts';

export interface BackendHealth {
  /** `unknown` until it was first asked; an in-house provider is always up. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly lastError: string | undefined;
  /** Wall time of the last probe. */
  readonly checkedAtMs?: number | undefined;
}

/** The daemon's `health`. */
export interface HealthLimits {
  /** Undefined: as is usual for the kind of backend. */
  readonly intervalMs: number | undefined;
  readonly timeoutMs: number;
}

/** What the watch asks and tells the house. */
export interface WatchHouse {
  /** Does a request of ours run there? */
  isWorking(backend: string): boolean;
  /** A backend's list of models has changed. */
  onModels(): void;
}

interface Watched {
  readonly backend: Backend;
  health: BackendHealth;
  probedAtMs: number;
  listedAtMs: number;
  surfacesAskedAtMs: number;
  /** Why it does not write, though it may answer probes. */
  workTrouble: string | undefined;
  isBusy: boolean;
}

const nobody: Pick<Watched, 'health' | 'workTrouble'> = {
  health: { state: 'unknown', lastError: undefined },
  workTrouble: undefined,
};

const TICK_MS = 1_000;
/** A runtime of one's own is asked often; a cloud that counts requests, seldom. */
const PROBE_EVERY_MS = { own: 5_000, cloud: 60_000 };
const LIST_EVERY_MS = 60_000;
/** Before what is known of them is forgotten. */
const SURFACES_EVERY_MS = REMEMBERED_MS / 2;

/**
 * Looks after backends off the request path: is it there, which models does it have, and which surfaces does it
 * lack? What it finds is advice for people and routing; nothing waits for it.
 */
export class BackendWatch {
  readonly #connections: Connections;
  readonly #missingSurfaces: MissingSurfaces;
  readonly #clock: Clock;
  readonly #house: WatchHouse;
  readonly #watched = new Map<string, Watched>();
  readonly #models = new Map<string, readonly string[]>();
  #limits: HealthLimits = { intervalMs: undefined, timeoutMs: 3_000 };
  #stopTicking: CancelTimer | undefined;

  constructor(connections: Connections, missingSurfaces: MissingSurfaces, clock: Clock, house: WatchHouse) {
    this.#connections = connections;
    this.#missingSurfaces = missingSurfaces;
    this.#clock = clock;
    this.#house = house;
  }

  /** Watches these backends from now on; what is known of those that stay is kept. */
  watch(backends: Iterable<Backend>, limits: HealthLimits): void {
    this.#limits = limits;
    const before = new Map(this.#watched);
    this.#watched.clear();
    for (const backend of backends) {
      const known = before.get(backend.name);
      const isSame = known?.backend.connectionKey === backend.connectionKey;
      this.#watched.set(
        backend.name,
        isSame && known !== undefined ? { ...known, backend, isBusy: false } : unseen(backend),
      );
    }
    for (const name of this.#models.keys()) if (!this.#watched.has(name)) this.#models.delete(name);
    this.#stopTicking ??= this.#clock.every(TICK_MS, () => this.#tick());
    this.#tick();
  }

  stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = undefined;
  }

  healthOf(name: string): BackendHealth {
    const { health, workTrouble } = this.#watched.get(name) ?? nobody;
    if (workTrouble === undefined) return health;
    return { ...health, state: 'down', lastError: workTrouble };
  }

  /** How it was with a token it was asked for: undefined, or why it gave none. That counts until it is asked again. */
  heardOfWork(name: string, trouble: string | undefined): void {
    const watched = this.#watched.get(name);
    if (watched !== undefined) watched.workTrouble = trouble;
  }

  /** The models backends with `auto_models` last said they have, also of those that are down now. */
  get models(): ReadonlyMap<string, readonly string[]> {
    return this.#models;
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const watched of this.#watched.values()) {
      if (watched.isBusy || watched.backend.origin === undefined) continue;
      if (nowMs - watched.probedAtMs < probeEveryMs(watched.backend, this.#limits)) continue;
      if (this.#isNotToBeDisturbed(watched.backend)) continue;
      watched.isBusy = true;
      watched.probedAtMs = nowMs;
      void this.#look(watched, nowMs);
    }
  }

  /**
   * One that works on one request at a time proves by it that it lives; and llama-cpp-python breaks a stream off when
   * anything else is asked of it, its list of models included.
   */
  #isNotToBeDisturbed({ name, config }: Backend): boolean {
    return config.concurrency === 1 && this.#house.isWorking(name);
  }

  /** Never rejects: all three questions answer failures as values. */
  async #look(watched: Watched, nowMs: number): Promise<void> {
    const before = watched.health.state;
    watched.health = { ...(await this.#probe(watched.backend)), checkedAtMs: this.#clock.nowMs() };
    watched.isBusy = false;
    if (watched.health.state !== 'up') return;
    const isBack = before !== 'up';
    if (before === 'down') this.#missingSurfaces.forget(watched.backend);
    if (watched.backend.config.autoModels && (isBack || nowMs - watched.listedAtMs >= LIST_EVERY_MS)) {
      watched.listedAtMs = nowMs;
      await this.#list(watched.backend);
    }
    if (isBack || nowMs - watched.surfacesAskedAtMs >= SURFACES_EVERY_MS) {
      watched.surfacesAskedAtMs = nowMs;
      await this.#askForSurfaces(watched.backend);
    }
  }

  async #askForSurfaces(backend: Backend): Promise<void> {
    const missing = await findMissingSurfaces(backend, this.#connections.poolOf(backend));
    for (const surface of missing) this.#missingSurfaces.add(backend, surface);
  }

  async #list(backend: Backend): Promise<void> {
    const names = await discoverModels(backend, this.#connections.poolOf(backend));
    if (names === undefined || isSameList(names, this.#models.get(backend.name))) return;
    this.#models.set(backend.name, names);
    this.#house.onModels();
  }

  /** Any answer but a failure of the server itself proves that it lives; also one that refuses our key. */
  async #probe(backend: Backend): Promise<BackendHealth> {
    const path = probePathOf(backend);
    if (path === undefined || backend.origin === undefined) return { state: 'unknown', lastError: undefined };
    try {
      const pool = this.#connections.poolOf(backend);
      const withinMs = backend.config.health.timeoutMs ?? this.#limits.timeoutMs;
      const statusCode = await statusOf(backend, backend.origin, path, pool, withinMs);
      if (statusCode < 500 || statusCode === 503) return { state: 'up', lastError: undefined };
      return { state: 'down', lastError: `the probe was answered with status ${statusCode}` };
    } catch (thrown) {
      return { state: 'down', lastError: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }
}

function unseen(backend: Backend): Watched {
  const health: BackendHealth = {
    state: backend.origin === undefined ? 'up' : 'unknown',
    lastError: undefined,
  };
  const never = Number.NEGATIVE_INFINITY;
  return {
    backend,
    health,
    probedAtMs: never,
    listedAtMs: never,
    surfacesAskedAtMs: never,
    workTrouble: undefined,
    isBusy: false,
  };
}

/** Spread by name, so that many backends are not all asked in the same moment. */
function probeEveryMs({ name, config, provider }: Backend, limits: HealthLimits): number {
  const usualMs = provider.needsKey ? PROBE_EVERY_MS.cloud : PROBE_EVERY_MS.own;
  const everyMs = config.health.intervalMs ?? limits.intervalMs ?? usualMs;
  let spread = 0;
  for (const character of name) spread = (spread * 31 + (character.codePointAt(0) ?? 0)) % 1000;
  return everyMs * (0.9 + spread / 5_000);
}

function isSameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((name, at) => name === b[at]);
}
