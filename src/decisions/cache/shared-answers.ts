import type { SharedValues } from '../../storage/redis/shared-store.ts';
import type { CacheLimits, KeptAnswer } from './answer-cache.ts';
import { keptAnswerText, readKeptAnswer } from './read-kept-answer.ts';

/** An answer that another process has kept. */
export interface FoundAnswer {
  readonly answer: KeptAnswer;
  /** For how long it may be given yet. */
  readonly leftMs: number;
}

/**
 * Answers that replicas keep for one another, behind the `AnswerCache` of each. Nobody waits for one to be kept, and
 * whoever looks for one while the store is gone finds nothing. How much is kept in all is for the store to bound.
 *
 * The name of an answer is a hash of its question and of whose it is (`src/pipeline/cache-key.ts`): nobody can read a
 * question out of it. The answers themselves can be read there.
 */
export class SharedAnswers {
  readonly #store: SharedValues;

  constructor(store: SharedValues) {
    this.#store = store;
  }

  /** Never fails: an answer that cannot be had is one that was not kept. */
  async find(key: string, limits: CacheLimits): Promise<FoundAnswer | undefined> {
    if (!this.#store.isUp) return undefined;
    try {
      const found = await this.#store.read(nameOf(key), largest(limits));
      if (found === undefined) return undefined;
      const answer = readKeptAnswer(new TextDecoder().decode(found.bytes));
      return answer === undefined ? undefined : { answer, leftMs: found.leftMs };
    } catch {
      return undefined;
    }
  }

  keep(key: string, answer: KeptAnswer, ttlMs: number, limits: CacheLimits): void {
    if (!this.#store.isUp || ttlMs < 1) return;
    const bytes = new TextEncoder().encode(keptAnswerText(answer));
    if (bytes.length > largest(limits) || limits.itemsMax < 1) return;
    // It fails when the store is lost just now; then this answer is kept by this process alone.
    this.#store.write(nameOf(key), bytes, ttlMs).catch(() => undefined);
  }
}

/** The number goes up when an answer is written in another way: replicas of two versions do not read each other's. */
const nameOf = (key: string) => `sluice:answer:1:${key}`;

/** As in the memory of one process: none takes more than a quarter of the room. */
const largest = ({ bytesMax }: CacheLimits) => Math.floor(bytesMax / 4);
