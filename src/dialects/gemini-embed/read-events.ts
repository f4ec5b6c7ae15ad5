import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { WholeHeard } from '../dialect.ts';
import { badAnswer, errorEvent } from '../embeddings-family/bad-answer.ts';
import { readGeminiError } from '../gemini-family/error-envelope.ts';

/** What a passing answer says about itself. The vectors, which are all of it, are not looked at. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const error = readGeminiError(answer);
  if (error !== undefined) return { error };
  return embeddingsOf(answer) === undefined ? { error: badAnswer('no embeddings') } : {};
}

export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const { error } = hearWhole(answer);
  return error === undefined ? readList(embeddingsOf(answer) ?? []) : [errorEvent(error)];
}

/** One, or those of a batch. */
function embeddingsOf(answer: JsonValue): readonly JsonValue[] | undefined {
  if (!isJsonObject(answer)) return undefined;
  const single = answer['embedding'];
  return isJsonObject(single) ? [single] : arrayMember(answer, 'embeddings');
}

function readList(embeddings: readonly JsonValue[]): CallEvent[] {
  const events: CallEvent[] = [{ type: 'answer-start', model: '' }];
  for (const [index, item] of embeddings.entries()) {
    const vector = isJsonObject(item) ? vectorOf(item) : undefined;
    if (vector === undefined) return [errorEvent(badAnswer(`embeddings[${index}] without a vector`))];
    events.push({ type: 'embedding', index, vector });
  }
  return [...events, { type: 'choice-end', choice: 0, reason: 'stop' }, { type: 'answer-end' }];
}

function vectorOf(item: JsonObject): readonly number[] | undefined {
  const values = arrayMember(item, 'values');
  return values?.every((value) => typeof value === 'number') ? (values as readonly number[]) : undefined;
}
