import type { Message, Part, PartOf } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readImages } from '../ollama-family/read-images.ts';
import { readList, readString, wrongType } from '../ollama-family/request-fields.ts';
import { argumentsText } from '../ollama-family/tool-arguments.ts';
import { FreeIds } from '../tool-use-family/free-ids.ts';
import { rolesByWire } from './roles.ts';

export function readMessages(body: JsonObject): readonly Message[] {
  const reader = new MessageReader();
  return readList(body, 'messages').map((message, at) => reader.read(message, at));
}

/** A tool use that waits for its result, under the id its client gave it, if it gave one. */
interface Waiting {
  readonly clientId: string | undefined;
  readonly use: PartOf<'tool-use'>;
}

/**
 * Reads messages in order. It remembers which tool uses still wait for their results: on this wire ids are
 * optional, and results are matched by the tool's name or just by their order.
 */
class MessageReader {
  readonly #ids = new FreeIds();
  #waiting: Waiting[] = [];

  read(message: JsonValue, at: number): Message {
    const path = `messages[${at}]`;
    if (!isJsonObject(message)) throw wrongType(path, 'an object');
    const role = rolesByWire.get(readString(message, 'role', `${path}.`) ?? '');
    if (role === undefined) throw wrongType(`${path}.role`, `one of ${[...rolesByWire.keys()].join(', ')}`);
    const parts = readContent(message, `${path}.`);
    if (role === 'tool') return { role, parts, toolUseId: this.#answered(message, `${path}.`) };
    return role === 'assistant'
      ? { role, parts: [...parts, ...this.#toolUses(message, at)] }
      : { role, parts };
  }

  #toolUses(message: JsonObject, at: number): Part[] {
    const path = `messages[${at}].`;
    const calls = readList(message, 'tool_calls', path);
    return calls.map((call, place) =>
      this.#toolUse(call, `${path}tool_calls[${place}]`, `call_${at}_${place}`),
    );
  }

  /** `minted`: by place, so that the same history always has the same ids and prompt caches hold (protocols 10.11). */
  #toolUse(call: JsonValue, path: string, minted: string): Part {
    if (!isJsonObject(call)) throw wrongType(path, 'an object');
    const called = call['function'];
    if (!isJsonObject(called)) throw wrongType(`${path}.function`, 'an object');
    const name = readString(called, 'name', `${path}.function.`);
    if (!name) throw wrongType(`${path}.function.name`, 'a string that is not empty');
    const clientId = readString(call, 'id', `${path}.`) || undefined;
    const id = this.#ids.take(clientId ?? minted);
    const use = { type: 'tool-use', id, name, arguments: argumentsText(called['arguments']) } as const;
    this.#waiting.push({ clientId, use });
    return use;
  }

  /** The tool use that this result answers: by id, else by name, else the one that waits longest. */
  #answered(message: JsonObject, path: string): string | undefined {
    const clientId = readString(message, 'tool_call_id', path) || undefined;
    const name = readString(message, 'tool_name', path) || readString(message, 'name', path) || undefined;
    const found = this.#find(clientId, name);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== found);
    return found?.use.id ?? clientId;
  }

  #find(clientId: string | undefined, name: string | undefined): Waiting | undefined {
    if (clientId !== undefined) return this.#waiting.find((waiting) => waiting.clientId === clientId);
    if (name !== undefined) return this.#waiting.find((waiting) => waiting.use.name === name);
    return this.#waiting[0];
  }
}

function readContent(message: JsonObject, path: string): Part[] {
  const thinking = readString(message, 'thinking', path);
  const text = readString(message, 'content', path);
  return [
    ...(thinking ? [{ type: 'thinking', text: thinking } as const] : []),
    ...(text ? [{ type: 'text', text } as const] : []),
    ...readImages(message, path),
  ];
}
