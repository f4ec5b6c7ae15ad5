import type { RerankCall } from '../../model/call.ts';
import type { CallEvent, EventOf } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';
import type { HeardError } from '../dialect.ts';

/** What all rerank APIs have in common: results with an index and a score. */

/** The results of a whole answer; undefined if it has none. */
export function resultsOf(body: JsonObject): readonly JsonValue[] | undefined {
  return arrayMember(body, 'results');
}

/** A whole answer as events, given what it says of usage. */
export function eventsOfResults(
  body: JsonObject,
  told: { readonly usage: Usage | undefined; readonly requests: number | undefined },
): CallEvent[] {
  const rankings = (resultsOf(body) ?? []).map(readRanking);
  if (!rankings.every((one) => one !== undefined))
    return [errorEvent(badRanking('a result without a score'))];
  const { usage, requests } = told;
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
export function searchUnitsOf(body: JsonObject): number | undefined {
  const meta = objectMember(body, 'meta');
  const units = meta === undefined ? undefined : objectMember(meta, 'billed_units');
  return readTokenCount(units?.['search_units']);
}

/** An answer without the ranking that was asked for, whatever else it says. */
export function badRanking(what: string): HeardError {
  return { message: `the backend answered a rerank with ${what}`, code: 'upstream_bad_response' };
}

export function errorEvent({ message, code, type, meaning }: HeardError): CallEvent {
  return { type: 'error', message, code, backendType: type, meaning };
}

/** The call, if it is one for a ranking. */
export function rerankOnly(call: { readonly kind: string }): RerankCall {
  if (call.kind === 'rerank') return call as RerankCall;
  throw new GatewayError('operation_not_supported', 'Only a ranking can be asked of a rerank API.');
}
