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

/** What clients see of a failure: the words of the `error` event, and of `response.error`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly param?: string | undefined;
}

/** A failure in the middle of a stream, in both forms clients wait for: `error` and `response.failed` (10.9). */
export function writeFailure(error: GatewayError, brokenOff: BrokenOff): string {
  return writeFailureFrames(asFailure(error), brokenOff);
}

export function writeFailureFrames(failure: Failure, brokenOff: BrokenOff): string {
  const { code, message } = failure;
  const at = brokenOff.sequenceNumber;
  const response = { ...(brokenOff.response ?? unknownResponse), status: 'failed', error: { code, message } };
  return (
    writeFrame({ type: 'error', code, message, param: failure.param ?? null }, at) +
    writeFrame({ type: 'response.failed', response: withoutNullUsage(response) }, at + 1)
  );
}

/** When not even the first event came: Codex still waits for a `response.failed` (T5). */
const unknownResponse: JsonObject = { id: 'resp_unknown', object: 'response', created_at: 0, output: [] };

/** OpenAI's first event says `usage:null`; the published schema wants an object or nothing (protocols 2.11). */
function withoutNullUsage(response: JsonObject): JsonObject {
  if (response['usage'] !== null) return response;
  const { usage: _, ...others } = response;
  return others;
}

function asFailure(error: GatewayError): Failure {
  const envelope = writeOpenAiError(error)['error'] as JsonObject;
  return {
    code: String(envelope['code']),
    message: error.message,
    param: error.details.param,
  };
}
