import type { JsonObject, JsonValue } from '../../model/json.ts';

/** A request as we write it, always to `/api/embed` (protocols 5). */
export type WireRequest = {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly truncate?: boolean;
  readonly keep_alive?: JsonValue;
  readonly options?: JsonObject;
};

/** An answer of `/api/embed` as we write it; durations in nanoseconds. */
export type WireEmbeddings = {
  readonly model: string;
  readonly embeddings: readonly (readonly number[])[];
  readonly total_duration: number;
  readonly load_duration: number;
  readonly prompt_eval_count: number;
};
