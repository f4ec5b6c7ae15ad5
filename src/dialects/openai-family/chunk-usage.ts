import { arrayMember, isJsonObject, type JsonObject, objectMember } from '../../model/json.ts';

/**
 * The usage object of a chunk or a whole answer, wherever the vendor put it: at the top (all but few), under
 * `x_groq` (Groq), or inside the first choice (Moonshot's Kimi).
 */
export function usageObjectOf(chunk: JsonObject): JsonObject | undefined {
  const usage = objectMember(chunk, 'usage');
  if (usage !== undefined) return usage;
  const groq = objectMember(chunk, 'x_groq');
  if (groq !== undefined) return objectMember(groq, 'usage');
  const first = arrayMember(chunk, 'choices')?.[0];
  return isJsonObject(first) ? objectMember(first, 'usage') : undefined;
}
