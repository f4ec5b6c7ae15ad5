import type { Message, Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';
import { readParts } from './read-parts.ts';

/**
 * The input as messages. Items are finer than messages: reasoning, text and calls of one turn of the
 * assistant stand side by side, and become one message here, in their order.
 */
export function readInput(input: JsonValue | undefined): Message[] {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of items');
  return joinTurns(input.flatMap((item: JsonValue, index) => readItem(item, `input[${index}]`)));
}

function joinTurns(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role !== 'assistant' || message.role !== 'assistant') joined.push(message);
    else joined[joined.length - 1] = { ...last, parts: [...last.parts, ...message.parts] };
  }
  return joined;
}

function readItem(item: JsonValue, path: string): Message[] {
  if (!isJsonObject(item)) throw wrongType(path, 'an object');
  switch (item['type'] ?? 'message') {
    case 'message':
      return [readMessage(item, path)];
    case 'reasoning':
      return readReasoning(item);
    case 'function_call':
      return [assistant(readToolUse(item, path, stringMember(item, 'arguments') ?? ''))];
    case 'custom_tool_call':
      return [assistant(readToolUse(item, path, wrapInput(item)))];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [readToolResult(item, path)];
    case 'item_reference':
      throw new GatewayError(
        'unsupported_parameter',
        `"${path}" refers to a stored item, and nothing is stored here; send the item itself.`,
        { param: path },
      );
    default:
      // What a hosted tool did means nothing to a backend that has no such tool.
      return [];
  }
}

const roles: ReadonlyMap<JsonValue | undefined, Message['role']> = new Map<
  JsonValue | undefined,
  Message['role']
>([
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['system', 'system'],
  ['developer', 'system'],
]);

function readMessage(item: JsonObject, path: string): Message {
  const role = roles.get(item['role']);
  if (role === undefined) throw wrongType(`${path}.role`, '"user", "assistant", "system" or "developer"');
  return { role, parts: readParts(item['content'], `${path}.content`) };
}

/** Encrypted reasoning is kept with its text; only the provider that made it may see it again (T18). */
function readReasoning(item: JsonObject): Message[] {
  const parts = arrayMember(item, 'summary')?.length
    ? arrayMember(item, 'summary')
    : arrayMember(item, 'content');
  const texts = (parts ?? []).flatMap((part) =>
    isJsonObject(part) ? (stringMember(part, 'text') ?? []) : [],
  );
  const signature = stringMember(item, 'encrypted_content');
  const text = texts.join('\n\n');
  return text === '' && signature === undefined ? [] : [assistant({ type: 'thinking', text, signature })];
}

function assistant(part: Part): Message {
  return { role: 'assistant', parts: [part] };
}

/** `call_id` is what a result refers to; the item's own `id` is another thing. */
function readToolUse(item: JsonObject, path: string, argumentsText: string): Part {
  const name = stringMember(item, 'name');
  if (!name) throw missing(`${path}.name`);
  return { type: 'tool-use', id: readCallId(item, path), name, arguments: argumentsText };
}

function readToolResult(item: JsonObject, path: string): Message {
  return {
    role: 'tool',
    toolUseId: readCallId(item, path),
    parts: readParts(item['output'], `${path}.output`),
  };
}

function readCallId(item: JsonObject, path: string): string {
  const id = stringMember(item, 'call_id');
  if (!id) throw missing(`${path}.call_id`);
  return id;
}

/** A free-form tool's text, as the arguments of a function with one member `input` (protocols 10.4). */
function wrapInput(item: JsonObject): string {
  return JSON.stringify({ input: stringMember(item, 'input') ?? '' });
}
