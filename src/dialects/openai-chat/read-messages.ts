import type { Message, Part } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import { readParts } from './read-parts.ts';
import { rolesByWire } from './roles.ts';

export function readMessages(messages: JsonValue | undefined): readonly Message[] {
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array');
  const reader = new MessageReader();
  return messages.map((message: JsonValue, at) => reader.read(message, `messages[${at}]`, at));
}

type ToolUse = Extract<Part, { type: 'tool-use' }>;

/**
 * Reads messages in order. It remembers which tool uses still wait for their results, for the old form
 * (`function_call`, role `function`) has no ids and sloppy clients leave them out of the new one.
 */
class MessageReader {
  #waiting: ToolUse[] = [];

  read(message: JsonValue, path: string, at: number): Message {
    if (!isJsonObject(message)) throw wrongType(path, 'an object');
    const role = rolesByWire.get(stringMember(message, 'role') ?? '');
    if (role === undefined) throw wrongType(`${path}.role`, `one of ${[...rolesByWire.keys()].join(', ')}`);
    const parts = readParts(message['content'], `${path}.content`);
    const name = stringMember(message, 'name');
    if (role === 'tool') return { role, parts, name, toolUseId: this.#answered(message) };
    if (role !== 'assistant') return { role, parts, name };
    return { role, parts: [...thinking(message), ...parts, ...this.#own(message, path, at)], name };
  }

  /** What an assistant's message holds beside its content. */
  #own(message: JsonObject, path: string, at: number): Part[] {
    const refusal = stringMember(message, 'refusal');
    const uses = readToolUses(message, path, at);
    this.#waiting.push(...uses);
    return refusal ? [{ type: 'refusal', text: refusal }, ...uses] : uses;
  }

  /** The tool use that this message answers: by id, else by name, else the one that waits longest. */
  #answered(message: JsonObject): string | undefined {
    const id =
      stringMember(message, 'tool_call_id') || this.#longestWaiting(stringMember(message, 'name'))?.id;
    this.#waiting = this.#waiting.filter((use) => use.id !== id);
    return id;
  }

  #longestWaiting(name: string | undefined): ToolUse | undefined {
    return this.#waiting.find((use) => use.name === name) ?? this.#waiting[0];
  }
}

function thinking(message: JsonObject): Part[] {
  const text = stringMember(message, 'reasoning_content') || stringMember(message, 'reasoning');
  return text ? [{ type: 'thinking', text }] : [];
}

function readToolUses(message: JsonObject, path: string, at: number): ToolUse[] {
  const calls = message['tool_calls'] ?? [];
  if (!Array.isArray(calls)) throw wrongType(`${path}.tool_calls`, 'an array');
  const uses = calls.map((call: JsonValue, place) => {
    if (!isJsonObject(call)) throw wrongType(`${path}.tool_calls[${place}]`, 'an object');
    const id = stringMember(call, 'id') || mintId(at, place);
    return readToolUse(call['function'], id, `${path}.tool_calls[${place}].function`);
  });
  const old = message['function_call'] ?? undefined;
  return old === undefined
    ? uses
    : [...uses, readToolUse(old, mintId(at, uses.length), `${path}.function_call`)];
}

/** By place, so that the same history always has the same ids and prompt caches hold (protocols 10.11). */
function mintId(message: number, place: number): string {
  return `call_${message}_${place}`;
}

function readToolUse(called: JsonValue | undefined, id: string, path: string): ToolUse {
  if (!isJsonObject(called)) throw wrongType(path, 'an object');
  const name = stringMember(called, 'name');
  if (name === undefined) throw wrongType(`${path}.name`, 'a string');
  const written = called['arguments'] ?? '';
  return {
    type: 'tool-use',
    id,
    name,
    arguments: typeof written === 'string' ? written : JSON.stringify(written),
  };
}
