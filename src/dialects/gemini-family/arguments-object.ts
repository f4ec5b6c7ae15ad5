import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

export interface ArgumentsObject {
  readonly value: JsonObject;
  /** What had to be done so that it is an object; undefined = nothing. */
  readonly change?: 'repaired' | 'wrapped' | 'kept_as_text';
}

/**
 * Arguments as a model wrote them, as the object Google wants (protocols 10.4). What is cut off is closed once;
 * what is no JSON at all is kept under `_raw`, for an odd argument is better than a failed call.
 */
export function argumentsObject(text: string): ArgumentsObject {
  if (text.trim() === '') return { value: {} };
  const parsed = parse(text);
  if (parsed !== undefined) return wrapped(parsed);
  const repaired = parse(text + closersOf(text));
  if (isJsonObject(repaired)) return { value: repaired, change: 'repaired' };
  return { value: { _raw: text }, change: 'kept_as_text' };
}

function wrapped(value: JsonValue): ArgumentsObject {
  if (value === null || value === '' || value === 'null') return { value: {} };
  return isJsonObject(value) ? { value } : { value: { value }, change: 'wrapped' };
}

/** What is missing at the end of JSON that was cut off. */
function closersOf(text: string): string {
  const open: string[] = [];
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\' && isInString) at++;
    else if (letter === '"') isInString = !isInString;
    else if (!isInString) track(open, letter);
  }
  return (isInString ? '"' : '') + open.reverse().join('');
}

function track(open: string[], letter: string): void {
  if (letter === '{') open.push('}');
  else if (letter === '[') open.push(']');
  else if (letter === open.at(-1)) open.pop();
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
