import { hash } from 'node:crypto';

/**
 * What the replicas of a gateway share, as those see it who count there. It knows nothing of what is counted.
 *
 * Nobody waits longer than half a second for a store that is silent, nor longer than two for one that is busy, and while it is known to be gone nobody waits at all. Who uses it goes on without it then, in the way that is
 * right for what it counts. That it is gone, and that it is back, is said by whoever holds the connection.
 */
export interface SharedStore {
  /** While this is false, `run` fails at once. */
  readonly isUp: boolean;
  /**
   * Runs the script as one step, between which and any other nothing happens. Whoever is told of a failure cannot know
   * whether the script has run. All keys of one script must hold the same part in braces: they live on one node then.
   */
  run(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown>;
}

/** Bytes that are kept for a while under a name. Both fail as `run` does. */
export interface SharedValues {
  /** While this is false, both fail at once. */
  readonly isUp: boolean;
  /** Undefined: there is none, or it is larger than that, or nobody of us has written it. */
  read(key: string, bytesMax: number): Promise<SharedValue | undefined>;
  /** Forgotten after `ttlMs`. */
  write(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
}

export interface SharedValue {
  readonly bytes: Uint8Array;
  /** For how long it is kept yet. */
  readonly leftMs: number;
}

/** A script in Lua, and the name by which the store knows it once it has seen it. */
export interface Script {
  readonly lua: string;
  readonly digest: string;
}

export function scriptOf(lua: string): Script {
  return { lua, digest: hash('sha1', lua) };
}

/** Told once each time, by whoever holds the connection. */
export interface StoreNotices {
  lost(why: string): void;
  back(): void;
  /** It answers, and would not do what it was asked: it is full, say, or read-only. At most once a minute. */
  refused(why: string): void;
  /** It is used, and may not keep what it is given. */
  risky(why: string): void;
}
