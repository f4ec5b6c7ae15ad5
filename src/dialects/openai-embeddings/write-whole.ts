import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { encodeVector, readEncodingFormat } from './encoding-format.ts';
import type { WireEmbedding, WireEmbeddings } from './wire.ts';

/** Folds events into a list of vectors, in the form the request asked for. */
export class EmbeddingsWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #data: WireEmbedding[] = [];
  readonly #isBase64: boolean;
  #usage: Usage | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#isBase64 = readEncodingFormat(context.request) === 'base64';
  }

  push(event: CallEvent): void {
    if (event.type === 'embedding') this.#add(event.index, event.vector);
    else if (event.type === 'usage') this.#usage = event.usage;
  }

  finish(): JsonObject {
    const answer: WireEmbeddings = {
      object: 'list',
      data: this.#data.sort((a, b) => a.index - b.index),
      model: this.#context.model,
      usage: this.#writeUsage(),
    };
    return answer;
  }

  #add(index: number, vector: readonly number[]): void {
    const embedding = this.#isBase64 ? encodeVector(vector) : vector;
    this.#data.push({ object: 'embedding', index, embedding });
  }

  /** The schema wants the numbers; where the backend tells none they are a guess, and said to be one (protocols 10.7). */
  #writeUsage() {
    const { warnings, inputTokensEstimate } = this.#context;
    if (this.#usage === undefined) warnings.estimated('usage', 'not_told_by_backend');
    const { inputTokens, outputTokens } = this.#usage ?? {
      inputTokens: inputTokensEstimate,
      outputTokens: 0,
    };
    return { prompt_tokens: inputTokens, total_tokens: inputTokens + outputTokens };
  }
}
