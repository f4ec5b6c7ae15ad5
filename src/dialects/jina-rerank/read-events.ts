import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';
import type { WholeHeard } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import {
  badRanking,
  errorEvent,
  eventsOfResults,
  resultsOf,
  searchUnitsOf,
} from '../rerank-family/ranking.ts';

/** What an answer says about itself. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const isRanking = resultsOf(body) !== undefined;
  return {
    usage: readUsage(body),
    requests: searchUnitsOf(body),
    error: readOpenAiError(body) ?? (isRanking ? undefined : badRanking('no results')),
  };
}

/** A whole answer as events. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { usage, requests, error } = hearWhole(body);
  return error === undefined ? eventsOfResults(body, { usage, requests }) : [errorEvent(error)];
}

/** All is read and nothing written; some tell only the total. */
function readUsage(body: JsonObject): Usage | undefined {
  const usage = objectMember(body, 'usage');
  const inputTokens = readTokenCount(usage?.['total_tokens'] ?? usage?.['prompt_tokens']);
  return inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0 };
}
