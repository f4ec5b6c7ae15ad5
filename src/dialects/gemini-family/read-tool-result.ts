import type { Message, Part } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { type Fields, missing } from './fields.ts';
import { type PartReading, readPart } from './read-parts.ts';

/** A function's response as a tool message (protocols 10.2). */
export function readToolResult(result: Fields, reading: PartReading): Message {
  const name = result.string('name');
  if (!name) throw missing(result.param('name'));
  const response = result.fields('response')?.json ?? {};
  const media = result.each('parts').flatMap((part) => readPart(part, reading));
  const text: Part = { type: 'text', text: textOf(response) };
  return {
    role: 'tool',
    name,
    parts: [text, ...media],
    toolUseId: reading.tools.answered(result.string('id'), name, reading.place),
    ...(onlyText(response, errorKeys) !== undefined && { isError: true }),
  };
}

const resultKeys: ReadonlySet<string> = new Set(['output', 'result', 'content']);
const errorKeys: ReadonlySet<string> = new Set(['error']);

function textOf(response: JsonObject): string {
  return onlyText(response, resultKeys) ?? onlyText(response, errorKeys) ?? JSON.stringify(response);
}

/** The text of an object that holds nothing else, under one of these names. */
function onlyText(response: JsonObject, keys: ReadonlySet<string>): string | undefined {
  const [first, ...others] = Object.entries(response) as [string, JsonValue][];
  if (first === undefined || others.length > 0 || !keys.has(first[0])) return undefined;
  return typeof first[1] === 'string' ? first[1] : undefined;
}
