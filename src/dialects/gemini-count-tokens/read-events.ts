import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import type { WholeHeard } from '../dialect.ts';
import { readGeminiError } from '../gemini-family/error-envelope.ts';

/** A count costs nothing, so it is told as no usage. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const error = readGeminiError(answer);
  if (error !== undefined) return { error };
  return countOf(answer) === undefined
    ? { error: { message: "the backend's answer has no token count" } }
    : {};
}

export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const { error } = hearWhole(answer);
  if (error !== undefined) {
    return [{ type: 'error', message: error.message, code: error.code, meaning: error.meaning }];
  }
  return [
    { type: 'answer-start', model: '' },
    { type: 'usage', usage: { inputTokens: countOf(answer) ?? 0, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
}

function countOf(answer: JsonValue): number | undefined {
  return isJsonObject(answer) ? readTokenCount(answer['totalTokens']) : undefined;
}
