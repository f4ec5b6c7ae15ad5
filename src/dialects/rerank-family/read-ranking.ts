import type { CallEvent, EventOf } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';
import type { Dialect, HeardError } from '../dialect.ts';

/** What one rerank API has to itself: how it words an error, and where it tells what was read. */
export interface RankingWords {
  readError(body: JsonObject): HeardError | undefined;
  readUsage(body: JsonObject): Usage | undefined;
}

/** Reads answers of rerank APIs, which are results with an index and a score, whoever gives them. */
export function rankingReader(words: RankingWords): Pick<Dialect, 'hearWhole' | 'eventsOfWhole'> {
  const hearWhole: Dialect['hearWhole'] = (answer) => {
    const body = isJsonObject(answer) ? answer : {};
    const told = { usage: words.readUsage(body), requests: searchUnitsOf(body) };
    if (arrayMember(body, 'results') !== undefined) return { ...told, error: undefined };
    return { ...told, error: words.readError(body) ?? badRanking('no results') };
  };
  return {
    hearWhole,
    eventsOfWhole: (answer) => {
      const { usage, requests, error } = hearWhole(answer);
      return error === undefined ? eventsOf(answer, usage, requests) : [errorEvent(error)];
    },
  };
}

function eventsOf(answer: JsonValue, usage: Usage | undefined, requests: number | undefined): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const rankings = (arrayMember(body, 'results') ?? []).map(readRanking);
  if (!rankings.every((one) => one !== undefined))
    return [errorEvent(badRanking('a result without a score'))];
  return [
    { type: 'answer-start', id: stringMember(body, 'id'), model: stringMember(body, 'model') ?? '' },
    ...rankings,
    ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
    ...(requests === undefined ? [] : [{ type: 'billed-requests', requests } as const]),
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
}

function readRanking(result: JsonValue): EventOf<'ranking'> | undefined {
  if (!isJsonObject(result)) return undefined;
  const { index, relevance_score: score } = result;
  if (typeof index !== 'number' || typeof score !== 'number') return undefined;
  return { type: 'ranking', index, score };
}

/** How many searches an answer is billed as (`meta.billed_units.search_units`), at Cohere and where its first API is copied. */
function searchUnitsOf(body: JsonObject): number | undefined {
  const meta = objectMember(body, 'meta');
  const units = meta === undefined ? undefined : objectMember(meta, 'billed_units');
  return readTokenCount(units?.['search_units']);
}

/** An answer without the ranking that was asked for, whatever else it says. */
function badRanking(what: string): HeardError {
  return { message: `the backend answered a rerank with ${what}`, code: 'upstream_bad_response' };
}

function errorEvent({ message, code, type, meaning }: HeardError): CallEvent {
  return { type: 'error', message, code, backendType: type, meaning };
}
