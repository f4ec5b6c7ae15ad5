import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter } from '../dialect.ts';

/** The count, which comes as usage. */
export class CountWriter implements WholeWriter {
  #totalTokens = 0;

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#totalTokens = event.usage.inputTokens;
  }

  finish(): JsonObject {
    return { totalTokens: this.#totalTokens };
  }
}
