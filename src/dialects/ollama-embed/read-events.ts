import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError, WholeHeard } from '../dialect.ts';
import { readOllamaError } from '../ollama-family/error-envelope.ts';
import { loadTimeOf, readLoadTime } from '../ollama-family/load-time.ts';
import { readOllamaUsage } from '../ollama-family/usage.ts';

/** What a passing answer says about itself. The vectors, which are nearly all of it, are not looked at. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const body = isJsonObject(answer) ? answer : {};
  const isAnswer = Array.isArray(body['embeddings']) || Array.isArray(body['embedding']);
  return {
    usage: readOllamaUsage(body),
    loadMs: loadTimeOf(body),
    error: readOllamaError(body) ?? (isAnswer ? undefined : badAnswer('no list of embeddings')),
  };
}

/** A whole answer, of either route, as events. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { error } = hearWhole(body);
  return error === undefined ? readVectors(body) : [asEvent(error)];
}

function readVectors(answer: JsonObject): CallEvent[] {
  const events: CallEvent[] = [{ type: 'answer-start', model: stringMember(answer, 'model') ?? '' }];
  for (const [index, vector] of vectorsOf(answer).entries()) {
    if (!isVector(vector)) return [asEvent(badAnswer(`embeddings[${index}] that is no vector`))];
    events.push({ type: 'embedding', index, vector });
  }
  events.push(...readLoadTime(answer));
  const usage = readOllamaUsage(answer);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  events.push({ type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' });
  return events;
}

function vectorsOf({ embeddings, embedding }: JsonObject): readonly unknown[] {
  return Array.isArray(embeddings) ? embeddings : [embedding];
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'number');
}

function badAnswer(what: string): HeardError {
  return { message: `the backend answered an embeddings request with ${what}` };
}

function asEvent({ message, meaning }: HeardError): CallEvent {
  return { type: 'error', message, meaning };
}
