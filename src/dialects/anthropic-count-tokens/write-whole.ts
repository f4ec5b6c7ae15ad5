import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';

/** `{"input_tokens": …}`; where nobody counted it is the estimate, and the warning says so (protocols 3.4). */
class CountWriter implements WholeWriter {
  readonly #context: WriterContext;
  #inputTokens: number | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#inputTokens = event.usage.inputTokens;
  }

  finish(): JsonObject {
    if (this.#inputTokens !== undefined) return { input_tokens: this.#inputTokens };
    this.#context.warnings.estimated('input_tokens', 'not_counted_by_backend');
    return { input_tokens: this.#context.inputTokensEstimate };
  }
}

export function wholeWriter(context: WriterContext): WholeWriter {
  return new CountWriter(context);
}
