import type { GatewayError } from '../model/gateway-error.ts';
import type { Usage } from '../model/usage.ts';

/**
 * A relay takes an answer's bytes from a backend to the client, in one of the forms answers come in. It holds
 * the state of one answer and nothing else: no clock, no ledger.
 *
 * `push` and `end` throw a `GatewayError` while the client has not been sent anything (another backend may
 * still be tried); afterwards a failure is told in band, and stands in `outcome.error`.
 */
export interface Relay {
  push(piece: Buffer): void;
  /** The backend's last byte has come. */
  end(): void;
  /** The answer broke off. */
  fail(error: GatewayError): void;
  /** The answer has said that it is complete; what the connection does now changes nothing. */
  readonly hasConcluded?: boolean;
  readonly outcome: Outcome;
}

/** How an answer went, as far as its bytes tell. */
export interface Outcome {
  readonly usage: Usage | undefined;
  /** Why a begun answer is not complete; undefined = it is. */
  readonly error: GatewayError | undefined;
  /** An estimate of the tokens written, where no usage was told; a frame of a stream that held content counts as one. */
  readonly contentTokens: number;
  /** Made pictures, for prices and traces. */
  readonly images: number;
  /** As how many requests it is billed; absent = as one. */
  readonly requests?: number | undefined;
  /** How long the backend took to load the model for this answer, if it did and told. */
  readonly loadMs?: number | undefined;
}

/** No whole answer may be larger: pictures and embeddings in base64 stay well below. */
export const WHOLE_BYTES_MAX = 256 * 1024 * 1024;
