import { arrayMember, isJsonObject, type JsonValue } from '../../model/json.ts';
import type { HeardError, WholeHeard } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';

/** What a whole answer with pictures says about itself, however they came to be. */
export function hearImages(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const images = arrayMember(body, 'data')?.length;
  return {
    usage: readOpenAiUsage(body['usage']),
    images,
    error: readOpenAiError(body) ?? (images === undefined ? noPictures : undefined),
  };
}

export const noPictures: HeardError = {
  message: 'the backend answered an images request without pictures, or with one that has no data',
  code: 'upstream_bad_response',
};
