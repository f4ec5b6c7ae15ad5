interface Kept<Thing> {
  readonly thing: Thing;
  readonly bytes: number;
}

export interface MemoryBounds {
  readonly thingsMax: number;
  readonly bytesMax: number;
}

/** A thing may take this part of the memory at most: one giant must not drive out everything else. */
const SHARE_MAX = 1 / 16;

/**
 * What this house keeps of earlier answers for a while, because their clients cannot: in memory, bounded in number
 * and size, each app's apart, the oldest forgotten first. A courtesy and no store: whoever asks must know how to do
 * without.
 */
export class BoundedMemory<Thing> {
  readonly #bounds: MemoryBounds;
  readonly #kept = new Map<string, Kept<Thing>>();
  #bytes = 0;

  constructor(bounds: MemoryBounds) {
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** In place of what stood under this id. `bytes` is about what it takes; too large a thing is not kept. */
  keep(appId: string, id: string, thing: Thing, bytes: number): void {
    const key = keyOf(appId, id);
    this.#forget(key);
    if (bytes > this.#bounds.bytesMax * SHARE_MAX) return;
    this.#kept.set(key, { thing, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#bounds.thingsMax && this.#bytes <= this.#bounds.bytesMax) break;
      this.#forget(oldest);
    }
  }

  find(appId: string, id: string): Thing | undefined {
    return this.#kept.get(keyOf(appId, id))?.thing;
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

/** No app's id holds the character between. */
function keyOf(appId: string, id: string): string {
  return `${appId}\0${id}`;
}
