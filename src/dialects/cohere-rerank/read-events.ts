import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { readCohereError } from '../cohere-family/error-envelope.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { WholeHeard } from '../dialect.ts';
import {
  badRanking,
  errorEvent,
  eventsOfResults,
  resultsOf,
  searchUnitsOf,
} from '../rerank-family/ranking.ts';

/** What an answer says about itself. Cohere bills by searches, and tells tokens only of some models. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const told = { usage: readCohereUsage(body['meta']), requests: searchUnitsOf(body) };
  if (resultsOf(body) !== undefined) return told;
  return { ...told, error: readCohereError(body) ?? badRanking('no results') };
}

/** A whole answer as events. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { usage, requests, error } = hearWhole(body);
  return error === undefined ? eventsOfResults(body, { usage, requests }) : [errorEvent(error)];
}
