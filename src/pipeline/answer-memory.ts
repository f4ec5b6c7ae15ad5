import type { JsonObject } from '../model/json.ts';

const PIECES_MAX = 4_000;
const BYTES_MAX = 32 * 1024 * 1024;

interface Kept {
  readonly piece: JsonObject;
  readonly bytes: number;
}

/**
 * Pieces of answers that their clients will only name in the next turn instead of sending them back: the Vercel AI
 * SDK takes for granted that whoever speaks the Responses API keeps its items. It is a courtesy and no store: in
 * memory, bounded, each app's apart, the oldest forgotten first. What is forgotten is refused by its name.
 */
export class AnswerMemory {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  keep(appId: string, id: string, piece: JsonObject): void {
    const key = `${appId} ${id}`;
    this.#forget(key);
    const bytes = JSON.stringify(piece).length;
    if (bytes > BYTES_MAX / 16) return;
    this.#kept.set(key, { piece, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= PIECES_MAX && this.#bytes <= BYTES_MAX) break;
      this.#forget(oldest);
    }
  }

  find(appId: string, id: string): JsonObject | undefined {
    return this.#kept.get(`${appId} ${id}`)?.piece;
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
