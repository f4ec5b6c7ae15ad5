/**
 * The port between the referee, which says what is to be in memory, and the keeper, which sees to it: two floors that
 * do not know each other.
 */

/** What is on a card, or may be put there: one model at one backend under one set of load options. */
export interface Residency {
  readonly backend: string;
  readonly model: string;
  /** Canonical JSON of the pinned load options, '' if none. */
  readonly loadOptions: string;
  readonly key: string;
  readonly vramMib: number | undefined;
}

/**
 * How the referee has models loaded and unloaded. Words go out and nothing is awaited; what came of them is told
 * through `KeeperEvents`, never from inside one of these calls.
 */
export interface ModelKeeper {
  /** False: the runtime loads by itself on the first request and cannot be told to unload. */
  manages(residency: Residency): boolean;
  load(residency: Residency): void;
  unload(residency: Residency): void;
  /** A load nobody waits for any more; may be ignored. */
  abandonLoad(residency: Residency): void;
}

/** What the keeper reports back, at any later time; implemented by the Arbiter. */
export interface KeeperEvents {
  loaded(key: string, tookMs: number): void;
  loadFailed(key: string, why: string): void;
  unloaded(key: string): void;
  unloadFailed(key: string, why: string): void;
  /** Advice: what the backend says it holds at this moment. It never decides about a grant. */
  residentsSeen(backend: string, models: readonly string[]): void;
}

/** Where no backend can be told anything: every runtime loads by itself. */
export const nobodyKeeps: ModelKeeper = {
  manages: () => false,
  load: () => undefined,
  unload: () => undefined,
  abandonLoad: () => undefined,
};
