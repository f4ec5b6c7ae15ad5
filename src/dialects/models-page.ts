import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { Operation } from '../model/operation.ts';

/** A model as its users may see it: by the name they ask for it, aliases included. */
export interface ListedModel {
  readonly id: string;
  /** The backend that serves it first. */
  readonly ownedBy: string;
  readonly createdS: number;
  readonly operations: readonly Operation[];
  /** As configured; undefined = nobody said. */
  readonly inputTokensMax: number | undefined;
  readonly outputTokensMax: number | undefined;
  /** Is a request with it under way right now? */
  readonly isRunning: boolean;
}

/** What a client asked of a page. */
export interface PageRequest {
  /** What stood in the place of `{model}`, decoded. */
  readonly model: string | undefined;
  /** Without the `?`. */
  readonly query: string;
  /** The body of a POST, parsed; undefined for a GET. */
  readonly body: JsonObject | undefined;
}

/**
 * One of the pages by which clients of a dialect look round before they ask anything: which models there are,
 * what one of them can do. Answered from memory, for the models this key may use.
 */
export interface ModelsPage {
  readonly method: 'GET' | 'POST';
  /** `/v1/models`, `/v1/models/{model}`; two dialects may share one if a header tells them apart. */
  readonly route: string;
  /** Taken only if the request has this header; the page without one takes the rest. */
  readonly header?: string | undefined;
  /** The parameter of the query by which the key may come, as in its dialect. */
  readonly queryKey?: string | undefined;
  /** Pages that say nothing of any model need no key. */
  readonly needsKey: boolean;
  /** A string is sent as plain text. Throws `model_not_found` for a name that is not there: see `findModel`. */
  answer(models: readonly ListedModel[], asked: PageRequest): JsonObject | string;
  /** Errors take the envelope of the page's dialect. */
  writeError(error: GatewayError, requestId?: string): JsonObject;
}
