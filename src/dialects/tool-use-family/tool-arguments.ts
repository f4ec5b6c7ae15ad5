import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { completeJson } from './complete-json.ts';

export interface ArgumentsObject {
  readonly value: JsonObject;
  /** What had to be done so that it is an object; undefined = nothing. How it is told is up to each wire. */
  readonly change?: 'repaired' | 'wrapped' | 'kept_as_text';
}

/**
 * Arguments, which are a text that a model wrote, as the object that some wires want (protocols 10.4). What was cut
 * off is completed once, and a value that is no object stands under `value`. What is no JSON at all is kept under
 * `_raw`, for an odd argument is better than a failed call.
 */
export function argumentsObject(text: string): ArgumentsObject {
  if (text.trim() === '') return { value: {} };
  const parsed = parse(text);
  if (parsed !== undefined) return asObject(parsed);
  const completed = parse(completeJson(text));
  if (completed !== undefined) return { value: asObject(completed).value, change: 'repaired' };
  return { value: { _raw: text }, change: 'kept_as_text' };
}

/** Is this the whole text of an object? What cannot be is not parsed. */
export function isWholeObject(text: string): boolean {
  return text.trimEnd().endsWith('}') && isJsonObject(parse(text));
}

/** `"null"` in quotation marks is how some models say nothing. */
function asObject(value: JsonValue): ArgumentsObject {
  if (value === null || value === 'null' || value === '') return { value: {} };
  return isJsonObject(value) ? { value } : { value: { value }, change: 'wrapped' };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
