import type { Clock } from '../model/clock.ts';
import type { Backend, BackendSurface } from './backend.ts';

/** A runtime that was updated meanwhile is asked again after so long. */
export const REMEMBERED_MS = 10 * 60_000;

/**
 * Which optional surfaces backends are known not to have: because the watch asked (`find-missing-surfaces.ts`), or,
 * where a server does not tell by a question that costs nothing, because the first request that would have liked to
 * use one found out. The others are spared the detour.
 */
export class MissingSurfaces {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(backend: Backend, surface: BackendSurface): boolean {
    const since = this.#since.get(keyOf(backend, surface));
    return since !== undefined && this.#clock.monotonicMs() - since < REMEMBERED_MS;
  }

  add(backend: Backend, surface: BackendSurface): void {
    this.#since.set(keyOf(backend, surface), this.#clock.monotonicMs());
  }

  /** For a server that was away, and may have come back as a newer one. */
  forget(backend: Backend): void {
    for (const surface of backend.surfaces) this.#since.delete(keyOf(backend, surface));
  }

  /** Forgets what backends that are no more did not have. */
  keepOnly(backends: Iterable<Backend>): void {
    const known = new Set(
      [...backends].flatMap((backend) => backend.surfaces.map((one) => keyOf(backend, one))),
    );
    for (const key of this.#since.keys()) if (!known.has(key)) this.#since.delete(key);
  }
}

function keyOf(backend: Backend, surface: BackendSurface): string {
  return `${backend.origin}${backend.basePath} ${surface.dialect.name}`;
}
