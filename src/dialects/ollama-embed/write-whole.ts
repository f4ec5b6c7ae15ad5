import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { OLD_ROUTE } from './routes.ts';
import type { WireEmbeddings } from './wire.ts';

const NS_PER_MS = 1e6;

/** Folds events into the answer of the route that was asked. */
export class EmbeddingsWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #vectors: { readonly index: number; readonly vector: readonly number[] }[] = [];
  #usage: Usage | undefined;
  #loadMs = 0;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  push(event: CallEvent): void {
    if (event.type === 'embedding') this.#vectors.push(event);
    else if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'model-loaded') this.#loadMs = event.loadMs;
  }

  finish(): JsonObject {
    const vectors = this.#vectors.sort((a, b) => a.index - b.index).map(({ vector }) => vector);
    if (this.#context.address.route === OLD_ROUTE) return { embedding: vectors[0] ?? [] };
    const answer: WireEmbeddings = {
      model: this.#context.model,
      embeddings: vectors,
      total_duration: Math.round(this.#context.elapsedMs() * NS_PER_MS),
      load_duration: Math.round(this.#loadMs * NS_PER_MS),
      prompt_eval_count: this.#usage?.inputTokens ?? this.#estimate(),
    };
    return answer;
  }

  /** Gemini counts no tokens of vectors, and clients with a strict schema need a number; that it is a guess is told. */
  #estimate(): number {
    this.#context.warnings.estimated('prompt_eval_count', 'not_told_by_backend');
    return this.#context.inputTokensEstimate;
  }
}
