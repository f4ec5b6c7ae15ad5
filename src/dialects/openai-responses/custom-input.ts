import { isJsonObject, type JsonObject, stringMember } from '../../model/json.ts';
import { parseLoosely } from './tool-item.ts';

/** A free-form tool's text, as the arguments of a function with one member `input` (protocols 10.4). */
export function wrapInput(item: JsonObject): string {
  return JSON.stringify({ input: stringMember(item, 'input') ?? '' });
}

/** The text again. A model that forgot the wrapping meant the text itself. */
export function unwrapInput(text: string): string {
  const value = parseLoosely(text);
  const input = isJsonObject(value) ? value['input'] : undefined;
  return typeof input === 'string' ? input : text;
}
