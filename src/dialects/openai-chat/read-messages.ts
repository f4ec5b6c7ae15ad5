import type { Message, Part, PartOf } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import { readImages } from './message-images.ts';
import { readParts } from './read-parts.ts';
import { readThinking } from './read-thinking.ts';
import { readToolUses } from './read-tool-uses.ts';
import { rolesByWire } from './roles.ts';

export function readMessages(messages: JsonValue | undefined, warnings: Warnings): readonly Message[] {
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array');
  const reader = new MessageReader(warnings);
  return messages.map((message: JsonValue, at) => reader.read(message, `messages[${at}]`, at));
}

type ToolUse = PartOf<'tool-use'>;

/**
 * Reads messages in order. It remembers which tool uses still wait for their results, for the old form
 * (`function_call`, role `function`) has no ids and sloppy clients leave them out of the new one.
 */
class MessageReader {
  readonly #warnings: Warnings;
  #waiting: ToolUse[] = [];

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  read(message: JsonValue, path: string, at: number): Message {
    if (!isJsonObject(message)) throw wrongType(path, 'an object');
    const role = rolesByWire.get(stringMember(message, 'role') ?? '');
    if (role === undefined) throw wrongType(`${path}.role`, `one of ${[...rolesByWire.keys()].join(', ')}`);
    const parts = readParts(message['content'], `${path}.content`, this.#warnings);
    const name = stringMember(message, 'name');
    if (role === 'tool') return { role, parts, name, toolUseId: this.#answered(message) };
    if (role !== 'assistant') return { role, parts, name };
    return { role, parts: [...readThinking(message), ...parts, ...this.#own(message, path, at)], name };
  }

  /** What an assistant's message holds beside its content. */
  #own(message: JsonObject, path: string, at: number): Part[] {
    // The sound of an earlier answer lies with the provider that made it, under an id.
    if (isJsonObject(message['audio'])) this.#warnings.dropped(`${path}.audio`);
    const refusal = stringMember(message, 'refusal');
    const uses = readToolUses(message, path, at);
    this.#waiting.push(...uses);
    const said: Part[] = refusal ? [{ type: 'refusal', text: refusal }] : [];
    return [...readImages(message), ...said, ...uses];
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
