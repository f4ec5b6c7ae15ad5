import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { argumentsObject } from '../tool-use-family/tool-arguments.ts';

/** The text of a tool use's arguments as the object that Ollama knows them by; what had to be mended is told. */
export function writeArguments(text: string, param: string, warnings: Warnings): JsonObject {
  const { value, change } = argumentsObject(text);
  if (change === 'repaired') warnings.changed(param, 'cut_off_json_completed');
  if (change === 'kept_as_text') warnings.changed(param, 'arguments_are_no_json');
  return value;
}

/** The arguments of a tool call as the text that the rest of the house knows them by. */
export function argumentsText(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === '') return '{}';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
