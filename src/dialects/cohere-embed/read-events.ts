import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { readCohereError } from '../cohere-family/error-envelope.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { WholeHeard } from '../dialect.ts';
import { badAnswer, errorEvent } from '../embeddings-family/bad-answer.ts';

/** What an answer says about itself. The vectors, which are nearly all of it, are not looked at. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const usage = readCohereUsage(body['meta']);
  if (vectorsOf(body) !== undefined) return { usage };
  return { usage, error: readCohereError(body) ?? badAnswer('no list of embeddings') };
}

/** An answer as events. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { usage, error } = hearWhole(body);
  if (error !== undefined) return [errorEvent(error)];
  const events: CallEvent[] = [
    { type: 'answer-start', id: stringMember(body, 'id') || undefined, model: '' },
  ];
  for (const [index, vector] of (vectorsOf(body) ?? []).entries()) {
    if (!isVector(vector)) return [errorEvent(badAnswer(`embeddings[${index}] that is no vector`))];
    events.push({ type: 'embedding', index, vector });
  }
  if (usage !== undefined) events.push({ type: 'usage', usage });
  events.push({ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' });
  return events;
}

/** By type, as we ask for them; the first version of this API, which some proxies still give, has the bare list. */
function vectorsOf(body: JsonObject): readonly JsonValue[] | undefined {
  const byType = objectMember(body, 'embeddings');
  return byType === undefined ? arrayMember(body, 'embeddings') : arrayMember(byType, 'float');
}

function isVector(value: JsonValue): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
}
