import { writeToolUseId } from './plain-word.ts';

/**
 * The tool uses of a history, and which of them still wait for an answer. Ids may be odd or stand twice: each
 * use gets one of its own, and results follow their use in the order both came (protocols 10.12).
 */
export class ToolUses {
  readonly #taken = new Set<string>();
  readonly #waiting = new Map<string, string[]>();

  /** A use by the id its client gave it; answers the id it is written with. */
  begin(id: string): string {
    const written = this.#free(writeToolUseId(id));
    const queue = this.#waiting.get(id);
    if (queue === undefined) this.#waiting.set(id, [written]);
    else queue.push(written);
    return written;
  }

  /** The id as written of the use that a result answers; undefined if none waits for it. */
  answer(id: string): string | undefined {
    return this.#waiting.get(id)?.shift();
  }

  #free(id: string): string {
    let free = id;
    for (let copy = 2; this.#taken.has(free); copy++) free = `${id.slice(0, 58)}-${copy}`;
    this.#taken.add(free);
    return free;
  }
}
