import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/**
 * Azure sends chunks that only tell what its filters found: the first, with results and no choices, and in
 * asynchronous filter mode later ones whose choices have no `delta`; their id is "" and their date 0. Clients
 * stumble over them (protocols 6, T7).
 */
export function isBesidesTheAnswer(chunk: JsonObject): boolean {
  const choices = arrayMember(chunk, 'choices') ?? [];
  if (choices.length === 0) return isJsonArray(chunk['prompt_filter_results']);
  return !chunk['id'] && choices.every(saysNothing);
}

function isJsonArray(value: JsonValue | undefined): boolean {
  return Array.isArray(value);
}

/** No delta, no text, no message, no end. */
function saysNothing(choice: JsonValue): boolean {
  if (!isJsonObject(choice)) return true;
  return !choice['delta'] && !choice['message'] && choice['text'] === undefined && !choice['finish_reason'];
}
