import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { writeFrame } from './wire.ts';

/** Where a stream stood when it broke. */
export interface BrokenOff {
  /** The response as the stream's first event gave it, if one came. */
  readonly response?: JsonObject | undefined;
  readonly sequenceNumber: number;
}

/** A failure in the middle of a stream, in both forms clients wait for: `error` and `response.failed` (10.9). */
export function writeFailure(error: GatewayError, { response, sequenceNumber }: BrokenOff): string {
  const { message, code, param } = writeOpenAiError(error)['error'] as JsonObject;
  const failed = {
    ...(response ?? unknownResponse),
    status: 'failed',
    error: { code: failureCode(error), message },
  };
  return (
    writeFrame({ type: 'error', code, message, param: param ?? null }, sequenceNumber) +
    writeFrame({ type: 'response.failed', response: withoutNullUsage(failed) }, sequenceNumber + 1)
  );
}

/** In the response itself only words of OpenAI's own list may stand; the `error` event has ours. */
function failureCode(error: GatewayError): string {
  if (error.code === 'rate_limited') return 'rate_limit_exceeded';
  return error.fault === 'client' ? 'invalid_prompt' : 'server_error';
}

/** When not even the first event came: Codex still waits for a `response.failed` (T5). */
const unknownResponse: JsonObject = { id: 'resp_unknown', object: 'response', created_at: 0, output: [] };

/** OpenAI's first event says `usage:null`; the published schema wants an object or nothing (protocols 2.11). */
function withoutNullUsage(response: JsonObject): JsonObject {
  if (response['usage'] !== null) return response;
  const { usage: _, ...others } = response;
  return others;
}
