import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { partsOf } from './content-parts.ts';
import { either } from './fields.ts';

/** Google's own word for "this history comes from elsewhere" (protocols 4.5). */
const SENTINEL = 'skip_thought_signature_validator';

/**
 * Gemini 3 and later refuse a function call of the current turn without a signature. The first one of each step
 * gets the sentinel where the client lost Google's, or the history is another model's (T15).
 */
export function signSteps(turns: readonly JsonObject[]): JsonObject[] {
  return turns.map(signStep);
}

/** The very same content where nothing is missing: only the first of calls made side by side is signed. */
export function signStep(content: JsonObject): JsonObject {
  if (content['role'] !== 'model') return content;
  const parts = partsOf(content);
  const at = parts.findIndex(isCall);
  const call = parts[at];
  if (!isJsonObject(call) || either(call, 'thoughtSignature', 'thought_signature')) return content;
  return { ...content, parts: parts.with(at, signed(call)) };
}

function isCall(part: JsonValue): boolean {
  return isJsonObject(part) && either(part, 'functionCall', 'function_call') !== undefined;
}

function signed({ thought_signature: _, ...call }: JsonObject): JsonObject {
  return { ...call, thoughtSignature: SENTINEL };
}
