import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { HeardError, WholeHeard } from '../dialect.ts';
import { badAnswer } from '../embeddings-family/bad-answer.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { readVector } from './encoding-format.ts';

/** What a passing answer says about itself. The vectors, which are nearly all of it, are not looked at. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const isList = arrayMember(body, 'data') !== undefined;
  return {
    usage: readOpenAiUsage(body['usage']),
    error: readOpenAiError(body) ?? (isList ? undefined : badAnswer('no list of embeddings')),
  };
}

/** A whole answer as events. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { error } = hearWhole(body);
  return error === undefined ? readList(body, arrayMember(body, 'data') ?? []) : [asEvent(error)];
}

function readList(answer: JsonObject, data: readonly JsonValue[]): CallEvent[] {
  const events: CallEvent[] = [{ type: 'answer-start', model: stringMember(answer, 'model') ?? '' }];
  for (const [place, item] of data.entries()) {
    const vector = readVector(isJsonObject(item) ? item['embedding'] : undefined);
    if (vector === undefined) return [asEvent(badAnswer(`data[${place}] without a vector`))];
    events.push({ type: 'embedding', index: readIndex(item, place), vector });
  }
  const usage = readOpenAiUsage(answer['usage']);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  events.push({ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' });
  return events;
}

function readIndex(item: JsonValue, place: number): number {
  const index = isJsonObject(item) ? item['index'] : undefined;
  return typeof index === 'number' ? index : place;
}

function asEvent(error: HeardError): CallEvent {
  const { message, code, type, meaning } = error;
  return { type: 'error', message, code, backendType: type, meaning };
}
