import { writeToolUseId } from './plain-word.ts';

/**
 * The tool uses of a history, and which of them still wait for an answer. Ids may be odd or stand twice: each
 * use gets one of its own, and results follow their use in the order both came (protocols 10.12).
 */
export class ToolUses {
  readonly #taken = new Set<string>();
  /** How often each was wanted: thousands of equal ones must not each count from the start. */
  readonly #copies = new Map<string, number>();
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
    const stem = id.slice(0, 58);
    let free = id;
    let copy = this.#copies.get(stem) ?? 1;
    while (this.#taken.has(free)) free = `${stem}-${++copy}`;
    this.#copies.set(stem, copy);
    this.#taken.add(free);
    return free;
  }
}
