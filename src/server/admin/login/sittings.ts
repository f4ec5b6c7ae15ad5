import { createHash, randomBytes } from 'node:crypto';

import type { Clock } from '../../../model/clock.ts';
import { cookieOf, csrfTokenOf, idOf } from './sitting-proof.ts';

export const SITTING_MS = 24 * 60 * 60 * 1_000;
/** Only who has the token can open one, so this is no gate, but a bound. The oldest makes room. */
export const SITTINGS_MAX = 256;

/** An operator's time at the admin API, from the right token to the logout. */
export interface Sitting {
  readonly csrfToken: string;
  readonly endsWallMs: number;
}

export interface OpenedSitting {
  /** The value of its cookie; told this once, and not kept. */
  readonly cookie: string;
  readonly sitting: Sitting;
}

/** The monotonic clock stands still while a machine sleeps, and wall time may be put back: the earlier end counts. */
interface End {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

interface Kept {
  readonly end: End;
  /** Of the token that opened it. */
  readonly tokenHash: string;
}

/**
 * Who is logged in, in the memory of this process and under a key of its own: a restart ends them all. Of their ids only the
 * hashes are kept.
 */
export class Sittings {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  /** By the hash of the id, in the order in which they were opened. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  open(tokenHash: string): OpenedSitting {
    this.#makeRoom();
    const id = randomBytes(32).toString('base64url');
    const now = this.#now();
    const end = { monotonicMs: now.monotonicMs + SITTING_MS, wallMs: now.wallMs + SITTING_MS };
    this.#kept.set(hashOf(id), { end, tokenHash });
    return { cookie: cookieOf(id, this.#key), sitting: this.#sitting(id, end) };
  }

  /** undefined = over, or never ours, or opened with another token than the one that holds now. */
  find(cookie: string, tokenHash: string | undefined): Sitting | undefined {
    const id = idOf(cookie, this.#key);
    const kept = id === undefined ? undefined : this.#kept.get(hashOf(id));
    if (id === undefined || kept === undefined || kept.tokenHash !== tokenHash) return undefined;
    return isOver(kept.end, this.#now()) ? undefined : this.#sitting(id, kept.end);
  }

  /** False = there was nothing to end. */
  end(cookie: string): boolean {
    const id = idOf(cookie, this.#key);
    return id !== undefined && this.#kept.delete(hashOf(id));
  }

  /** Ends all that were opened with another token, for good: they do not come back with it. Says how many. */
  keepOnly(tokenHash: string | undefined): number {
    return this.#endThose((kept) => kept.tokenHash !== tokenHash);
  }

  #makeRoom(): void {
    const now = this.#now();
    this.#endThose(({ end }) => isOver(end, now));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= SITTINGS_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }

  #endThose(isToEnd: (kept: Kept) => boolean): number {
    const before = this.#kept.size;
    for (const [hash, kept] of this.#kept) if (isToEnd(kept)) this.#kept.delete(hash);
    return before - this.#kept.size;
  }

  #sitting(id: string, end: End): Sitting {
    return { csrfToken: csrfTokenOf(id, this.#key), endsWallMs: end.wallMs };
  }

  #now(): End {
    return { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.nowMs() };
  }
}

function isOver(end: End, now: End): boolean {
  return now.monotonicMs >= end.monotonicMs || now.wallMs >= end.wallMs;
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
