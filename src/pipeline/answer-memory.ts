import type { JsonObject } from '../model/json.ts';
import { BoundedMemory } from './bounded-memory.ts';

/**
 * Pieces of answers that their clients will only name in the next turn instead of sending them back: the Vercel AI
 * SDK takes for granted that whoever speaks the Responses API keeps its items. What is forgotten is refused by its
 * name.
 */
export class AnswerMemory {
  readonly #pieces = new BoundedMemory<JsonObject>({ thingsMax: 4_000, bytesMax: 32 * 1024 * 1024 });

  keep(appId: string, id: string, piece: JsonObject): void {
    this.#pieces.keep(appId, id, piece, JSON.stringify(piece).length);
  }

  find(appId: string, id: string): JsonObject | undefined {
    return this.#pieces.find(appId, id);
  }
}
