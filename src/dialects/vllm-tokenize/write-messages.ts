import type { Message, Part, PartOf } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/**
 * A message as chat has it, its texts as one. What is no text is not sent: to weigh pictures the server would
 * have to fetch them. Earlier thoughts are not sent either, for templates leave them out.
 */
export function writeMessage(message: Message, path: string, { warnings }: Writing): JsonObject {
  const uses = message.parts.filter((part) => part.type === 'tool-use');
  message.parts.forEach((part, at) => {
    if (isUncounted(part)) warnings.estimated(`${path}.content[${at}]`, 'not_counted');
  });
  return withoutUndefined({
    role: message.role,
    content: textOf(message.parts),
    tool_calls: uses.length === 0 ? undefined : uses.map(writeToolUse),
    tool_call_id: message.role === 'tool' ? (message.toolUseId ?? '') : undefined,
  });
}

function isUncounted({ type }: Part): boolean {
  return type === 'image' || type === 'audio' || type === 'file';
}

function textOf(parts: readonly Part[]): string {
  return parts
    .flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [part.text] : []))
    .join('\n');
}

/** The server parses the arguments, and fails on what is no object. */
function writeToolUse({ id, name, arguments: written }: PartOf<'tool-use'>): JsonObject {
  return {
    id,
    type: 'function',
    function: { name, arguments: isObject(written) ? written : asObject(written) },
  };
}

function asObject(written: string): string {
  return written.trim() === '' ? '{}' : JSON.stringify({ _raw: written });
}

function isObject(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
