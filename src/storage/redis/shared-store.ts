import { hash } from 'node:crypto';

/**
 * What the replicas of a gateway share, as those see it who count there. It knows nothing of what is counted.
 *
 * Nobody waits for it longer than a quarter of a second, and while it is known to be gone nobody waits at all. Who uses
 * it goes on without it then, in the way that is right for what it counts; that it is gone, and that it is back, is said
 * once by the store itself.
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

/**
 * What is read and written by its name alone. Both fail as `run` does.
 */
export interface SharedValues {
  readonly isUp: boolean;
  read(key: string): Promise<Uint8Array | undefined>;
  /** Forgotten after `ttlMs`. */
  write(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
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
}
