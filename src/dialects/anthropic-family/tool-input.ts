import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** A tool's input as the object it must be here, and whether the text it came from was one. */
export interface ToolInput {
  readonly input: JsonObject;
  readonly isFaithful: boolean;
}

/**
 * Arguments, which elsewhere are a text that a model wrote, as an object (protocols 10.4). Text that broke off
 * is closed as it stands; what is no JSON at all goes on as it is, under a name that says so.
 */
export function readToolInput(text: string): ToolInput {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null' || trimmed === '""') return { input: {}, isFaithful: true };
  const value = parse(trimmed);
  if (value !== undefined) return { input: isJsonObject(value) ? value : { value }, isFaithful: true };
  const closed = parse(trimmed + missingEnd(trimmed));
  return { input: isJsonObject(closed) ? closed : { _raw: text }, isFaithful: false };
}

/** Is this the whole text of an object? */
export function isWholeObject(text: string): boolean {
  return isJsonObject(parse(text));
}

/** The quotation mark and brackets that a text which broke off still owes. */
function missingEnd(text: string): string {
  const open: string[] = [];
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') isInString = !isInString;
    else if (isInString) at += character === '\\' ? 1 : 0;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') open.pop();
  }
  return (isInString ? '"' : '') + open.reverse().join('');
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
