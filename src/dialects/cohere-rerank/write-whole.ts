import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { askedTop } from '../rerank-family/asked-top.ts';

/** Folds events into a ranking of Cohere's. */
export class RankingWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #results: JsonObject[] = [];
  #usage: Usage | undefined;
  #requests = 1;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'billed-requests') this.#requests = event.requests;
    else if (event.type === 'ranking')
      this.#results.push({ index: event.index, relevance_score: event.score });
  }

  /** A backend that counts no searches was asked for one. */
  finish(): JsonObject {
    return {
      id: this.#context.requestId,
      results: this.#results.slice(0, askedTop(this.#context.request)),
      meta: {
        api_version: { version: '2' },
        billed_units: { search_units: this.#requests },
        ...(this.#usage !== undefined && { tokens: writeTokens(this.#usage) }),
      },
    };
  }
}

function writeTokens({ inputTokens, outputTokens }: Usage): JsonObject {
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}
