import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter } from '../dialect.ts';

/** Folds events into a count. No client reads it; it is there because every dialect can write what it reads. */
export class CountWriter implements WholeWriter {
  #count = 0;

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#count = event.usage.inputTokens;
  }

  finish(): JsonObject {
    return { count: this.#count };
  }
}
