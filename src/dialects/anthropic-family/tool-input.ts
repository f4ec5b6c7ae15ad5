import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { argumentsObject } from '../tool-use-family/tool-arguments.ts';

/** Arguments as the object that a tool's input is here; what had to be mended is told, what was wrapped is not. */
export function writeToolInput(text: string, param: string, warnings: Warnings): JsonObject {
  const { value, change } = argumentsObject(text);
  if (change === 'repaired' || change === 'kept_as_text') warnings.changed(param, 'arguments_not_json');
  return value;
}
