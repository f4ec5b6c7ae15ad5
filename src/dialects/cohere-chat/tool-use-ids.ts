import { FreeIds } from '../tool-use-family/free-ids.ts';

/**
 * Makes the ids of a history's tool uses unique, and finds the use that a result answers. Some backends number
 * their calls anew in every turn, so that a long talk has several `call_0` (protocols 10.12).
 */
export class ToolUseIds {
  readonly #free = new FreeIds();
  readonly #unanswered = new Map<string, string[]>();

  /** The id that a tool use is sent with. */
  use(id: string): string {
    const unique = this.#free.take(id || 'call');
    const unanswered = this.#unanswered.get(id);
    if (unanswered === undefined) this.#unanswered.set(id, [unique]);
    else unanswered.push(unique);
    return unique;
  }

  /** The id that a result is sent with: that of the first use so named which has no result yet. */
  answer(id: string): string {
    return this.#unanswered.get(id)?.shift() ?? id;
  }
}
