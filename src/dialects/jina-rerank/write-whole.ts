import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { askedTop } from '../rerank-family/asked-top.ts';

/** Folds events into a ranking of Jina's. */
export class RankingWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #documents: readonly JsonValue[] | undefined;
  readonly #results: JsonObject[] = [];
  #usage: Usage | undefined;
  #requests: number | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
    const { documents, return_documents: isWanted } = context.request;
    this.#documents = isWanted !== false && Array.isArray(documents) ? documents : undefined;
  }

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'billed-requests') this.#requests = event.requests;
    else if (event.type === 'ranking') this.#add(event.index, event.score);
  }

  finish(): JsonObject {
    return {
      object: 'list',
      model: this.#context.model,
      usage: this.#writeUsage(),
      results: this.#results.slice(0, askedTop(this.#context.request)),
      ...(this.#requests !== undefined && { meta: { billed_units: { search_units: this.#requests } } }),
    };
  }

  /** The document is the client's own: whether the backend sends it back makes no difference. */
  #add(index: number, score: number): void {
    const document = this.#documents?.[index];
    const shown = document === undefined || isJsonObject(document) ? document : { text: document };
    this.#results.push({ index, relevance_score: score, ...(shown !== undefined && { document: shown }) });
  }

  /** Where the backend tells none they are a guess, and said to be one (protocols 10.7). */
  #writeUsage(): JsonObject {
    const { warnings, inputTokensEstimate } = this.#context;
    if (this.#usage === undefined) warnings.estimated('usage', 'not_told_by_backend');
    const tokens = this.#usage?.inputTokens ?? inputTokensEstimate;
    return { prompt_tokens: tokens, total_tokens: tokens };
  }
}
