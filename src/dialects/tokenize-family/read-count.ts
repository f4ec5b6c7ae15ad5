import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import type { HeardError, WholeHeard } from '../dialect.ts';

/** Where a counter's answer says how many tokens there are, or why it does not. */
export interface CountAnswer {
  countOf(answer: JsonObject): number | undefined;
  errorOf(answer: JsonObject): HeardError | undefined;
}

/** How many tokens stand in a list of them; the list itself is nobody's business. */
export function lengthOfTokens(answer: JsonObject): number | undefined {
  const tokens = answer['tokens'];
  return Array.isArray(tokens) ? tokens.length : undefined;
}

/** A count costs nothing, so it is no usage of the answer's; only a failure is heard. */
export function hearCount(answer: JsonValue, form: CountAnswer): WholeHeard {
  return { error: failureOf(answer, form) };
}

/** The count as the usage of a question nobody answered. */
export function eventsOfCount(answer: JsonValue, form: CountAnswer): CallEvent[] {
  const error = failureOf(answer, form);
  const inputTokens = isJsonObject(answer) ? form.countOf(answer) : undefined;
  if (error !== undefined || inputTokens === undefined) return [asEvent(error ?? noCount)];
  return [
    { type: 'answer-start', model: '' },
    { type: 'usage', usage: { inputTokens, outputTokens: 0 } },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
}

function failureOf(answer: JsonValue, form: CountAnswer): HeardError | undefined {
  if (!isJsonObject(answer)) return noCount;
  return form.errorOf(answer) ?? (readTokenCount(form.countOf(answer)) === undefined ? noCount : undefined);
}

const noCount: HeardError = {
  message: 'the backend answered without a count of tokens',
  code: 'upstream_bad_response',
};

function asEvent({ message, code, type, meaning }: HeardError): CallEvent {
  return { type: 'error', message, code, backendType: type, meaning };
}
