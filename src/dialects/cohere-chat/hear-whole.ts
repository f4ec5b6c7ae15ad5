import { isJsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import { readCohereError } from '../cohere-family/error-envelope.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { WholeHeard } from '../dialect.ts';
import { failureOf } from './answer-reader.ts';

/** What a whole answer says about itself. An error's message is a sentence, an answer's is an object. */
export function hearWhole(answer: JsonValue): WholeHeard {
  if (!isJsonObject(answer)) return { error: { message: "the backend's answer is not a JSON object" } };
  const usage = readCohereUsage(answer['usage']);
  if (objectMember(answer, 'message') !== undefined) return { usage, error: failureOf(answer) };
  return { usage, error: readCohereError(answer) ?? { message: "the backend's answer has no message" } };
}
