import { FreeIds } from '../tool-use-family/free-ids.ts';

/**
 * Ids for the function calls of one answer. Google gives few; those made here come from the answer's own id, so
 * that two turns never share one, and the same answer read twice has the same (protocols 10.11, 10.12).
 */
export class ToolIds {
  readonly #free = new FreeIds();
  #answer = '';

  /** Known once the first chunk has come. */
  answerIs(responseId: string | undefined): void {
    this.#answer = responseId?.replace(/[^A-Za-z0-9]/g, '').slice(-12) ?? '';
  }

  next(wireId: string | undefined, name: string): string {
    return this.#free.take(wireId ?? this.#made(name));
  }

  /** At most 40 letters long, as OpenAI wants it, with room for a suffix. */
  #made(name: string): string {
    const answer = this.#answer === '' ? '' : `${this.#answer}_`;
    return `call_${answer}${this.#free.count}_${name.replace(/[^A-Za-z0-9_-]/g, '_')}`.slice(0, 37);
  }
}
