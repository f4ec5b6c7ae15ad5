import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { HeardError, WholeHeard } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { readFailure } from './payload.ts';

/** What a whole answer says about itself: its usage, and whether it is a failure that came with status 200. */
export function hearWhole(answer: JsonValue): WholeHeard {
  return {
    usage: readOpenAiUsage(isJsonObject(answer) ? answer['usage'] : undefined),
    error: wholeError(answer),
  };
}

const noResponse: HeardError = {
  message: 'the backend answered with something that is no response',
  code: 'upstream_bad_response',
};

/** Why this body is no answer, or undefined if it is one. */
export function wholeError(answer: JsonValue): HeardError | undefined {
  if (!isJsonObject(answer)) return noResponse;
  if (answer['status'] === 'failed' || answer['status'] === 'cancelled') return readFailure(answer);
  return readOpenAiError(answer) ?? (Array.isArray(answer['output']) ? undefined : noResponse);
}
