import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { isBatch } from './requests.ts';

/** Folds vectors into the form of the address: one, or a list. */
export class EmbeddingsWriter implements WholeWriter {
  readonly #isBatch: boolean;
  readonly #vectors: { readonly index: number; readonly values: readonly number[] }[] = [];

  constructor({ address }: WriterContext) {
    this.#isBatch = isBatch(address);
  }

  push(event: CallEvent): void {
    if (event.type === 'embedding') this.#vectors.push({ index: event.index, values: event.vector });
  }

  finish(): JsonObject {
    const sorted = this.#vectors.sort((a, b) => a.index - b.index);
    const embeddings = sorted.map(({ values }) => ({ values }));
    return this.#isBatch ? { embeddings } : { embedding: embeddings[0] ?? { values: [] } };
  }
}
