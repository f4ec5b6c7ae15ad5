import type { JsonObject } from '../../model/json.ts';

/** An answer of the embeddings API (protocols 2.6), as this house writes it. */
export interface WireEmbeddings extends JsonObject {
  readonly object: 'list';
  readonly model: string;
  readonly data: readonly WireEmbedding[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

export interface WireEmbedding extends JsonObject {
  readonly object: 'embedding';
  readonly index: number;
  /** Numbers, or base64 of little-endian float32 where the request said so. */
  readonly embedding: readonly number[] | string;
}

export type EncodingFormat = 'float' | 'base64';
