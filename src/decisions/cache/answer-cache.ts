import type { CallEvent } from '../../model/call-event.ts';

/** An answer as it was first given, in nobody's dialect: it can be played in any of them, streamed or whole. */
export interface KeptAnswer {
  readonly backend: string;
  /** As that backend knows it. */
  readonly model: string;
  readonly events: readonly CallEvent[];
}

export interface CacheLimits {
  readonly itemsMax: number;
  readonly bytesMax: number;
}

interface Item {
  readonly answer: KeptAnswer;
  readonly bytes: number;
  readonly untilMs: number;
}

/**
 * Answers by their question, bounded in number and bytes: the one that was not asked for longest goes first. Times are
 * monotonic. It knows nothing of what may be kept (`is-worth-keeping.ts`) nor of who may be given it (the key).
 */
export class AnswerCache {
  /** The first is the one that was not asked for longest. */
  readonly #items = new Map<string, Item>();
  #bytes = 0;

  get size(): number {
    return this.#items.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string, nowMs: number): KeptAnswer | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    this.#drop(key, item);
    if (nowMs >= item.untilMs) return undefined;
    this.#add(key, item);
    return item.answer;
  }

  /** What is larger than a quarter of the room is not kept: it would push out everything else. */
  keep(key: string, answer: KeptAnswer, ttlMs: number, limits: CacheLimits, nowMs: number): void {
    const bytes = Buffer.byteLength(JSON.stringify(answer)) + key.length;
    const before = this.#items.get(key);
    if (before !== undefined) this.#drop(key, before);
    if (bytes > limits.bytesMax / 4 || limits.itemsMax < 1) return;
    this.#add(key, { answer, bytes, untilMs: nowMs + ttlMs });
    for (const [oldest, item] of this.#items) {
      if (this.#items.size <= limits.itemsMax && this.#bytes <= limits.bytesMax) break;
      this.#drop(oldest, item);
    }
  }

  #add(key: string, item: Item): void {
    this.#items.set(key, item);
    this.#bytes += item.bytes;
  }

  #drop(key: string, item: Item): void {
    this.#items.delete(key);
    this.#bytes -= item.bytes;
  }
}
