import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { completeJson } from './complete-json.ts';

/**
 * The text of a tool use's arguments as the object that Ollama knows them by (protocols 10.4): no text is no
 * arguments, a text cut off is completed, one that is no JSON at all stands under `_raw`, and a value that is no
 * object under `value`.
 */
export function argumentsObject(text: string, param: string, warnings: Warnings): JsonObject {
  if (text.trim() === '') return {};
  const value = parse(text);
  if (value !== undefined) return asObject(value);
  const completed = parse(completeJson(text));
  if (completed !== undefined) {
    warnings.changed(param, 'cut_off_json_completed');
    return asObject(completed);
  }
  warnings.changed(param, 'arguments_are_no_json');
  return { _raw: text };
}

/** `"null"` in quotation marks is how some models say nothing. */
function asObject(value: JsonValue): JsonObject {
  if (value === null || value === 'null' || value === '') return {};
  return isJsonObject(value) ? value : { value };
}

/** The arguments of a tool call as the text that the rest of the house knows them by. */
export function argumentsText(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === '') return '{}';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
