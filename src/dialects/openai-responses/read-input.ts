import type { Message, Part } from '../../model/call.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';
import { readCarried } from './carried-signature.ts';
import { wrapInput } from './custom-input.ts';
import { joinTurns } from './join-turns.ts';
import { readParts } from './read-parts.ts';
import type { RequestedTools } from './requested-tools.ts';

const roles: ReadonlyMap<JsonValue | undefined, Message['role']> = new Map<
  JsonValue | undefined,
  Message['role']
>([
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['system', 'system'],
  ['developer', 'system'],
]);

/** Reads the input, item by item, as messages. One reader reads one input. */
export class InputReader {
  readonly #requested: RequestedTools;
  readonly #warnings: Warnings;
  readonly #recall: Reading['recall'];
  /** What was carried in front of a tool use, for the tool use that follows. */
  #useSignature: Signature | undefined;

  constructor(requested: RequestedTools, { warnings, recall }: Pick<Reading, 'warnings' | 'recall'>) {
    this.#requested = requested;
    this.#warnings = warnings;
    this.#recall = recall;
  }

  read(input: JsonValue | undefined): Message[] {
    if (input === undefined || input === null) return [];
    if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
    if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of items');
    return joinTurns(input.flatMap((item: JsonValue, at) => this.#item(item, `input[${at}]`)));
  }

  #item(item: JsonValue, path: string): Message[] {
    if (!isJsonObject(item)) throw wrongType(path, 'an object');
    switch (item['type'] ?? 'message') {
      case 'message':
        return [this.#message(item, path)];
      case 'reasoning':
        return this.#reasoning(item);
      case 'function_call':
        return [this.#toolUse(item, path, argumentsOf(item))];
      case 'custom_tool_call':
        return [this.#toolUse(item, path, wrapInput(item))];
      case 'function_call_output':
      case 'custom_tool_call_output':
        return [this.#toolResult(item, path)];
      case 'item_reference':
        return this.#referred(item, path);
      case 'compaction':
        return this.#stored(path);
      default:
        return this.#hosted(path);
    }
  }

  #message(item: JsonObject, path: string): Message {
    const role = roles.get(item['role']);
    if (role === undefined) throw wrongType(`${path}.role`, '"user", "assistant", "system" or "developer"');
    return { role, parts: readParts(item['content'], `${path}.content`, this.#warnings) };
  }

  /** Only the provider that made it may see encrypted reasoning again, so it is kept with its origin (T18). */
  #reasoning(item: JsonObject): Message[] {
    const carried = readCarried(stringMember(item, 'encrypted_content'));
    const text = thoughtsOf(item);
    if (carried?.carried === 'redacted-thinking') {
      return [assistant({ type: 'redacted-thinking', signature: carried.signature })];
    }
    if (carried?.carried === 'tool-use') {
      this.#useSignature = carried.signature;
      return [];
    }
    if (text === '' && carried === undefined) return [];
    return [assistant({ type: 'thinking', text, signature: carried?.signature })];
  }

  /** `call_id` is what a result refers to; the item's own `id` is another thing. */
  #toolUse(item: JsonObject, path: string, argumentsText: string): Message {
    const wireName = stringMember(item, 'name');
    if (!wireName) throw missing(`${path}.name`);
    const name = this.#requested.houseName(wireName, stringMember(item, 'namespace'));
    const signature = this.#useSignature;
    this.#useSignature = undefined;
    const use = { type: 'tool-use', id: callIdOf(item, path), name, arguments: argumentsText } as const;
    return assistant(signature === undefined ? use : { ...use, signature });
  }

  #toolResult(item: JsonObject, path: string): Message {
    const parts = readParts(item['output'], `${path}.output`, this.#warnings);
    return { role: 'tool', toolUseId: callIdOf(item, path), parts };
  }

  /** Clients that think we keep their items name those of the last turns; while they are remembered, that will do. */
  #referred(reference: JsonObject, path: string): Message[] {
    const item = this.#recall?.(stringMember(reference, 'id') ?? '');
    return item === undefined ? this.#stored(path) : this.#item(item, path);
  }

  /** What the item stands for is not in the request, and without it the talk is another. */
  #stored(path: string): Message[] {
    this.#warnings.refuse(
      path,
      `"${path}" stands for items that only the provider that keeps them can read; send the items themselves.`,
    );
    return [];
  }

  /** What a hosted tool did means nothing to a backend that has no such tool. */
  #hosted(path: string): Message[] {
    this.#warnings.dropped(path);
    return [];
  }
}

function assistant(part: Part): Message {
  return { role: 'assistant', parts: [part] };
}

/** The summary where there is one, else the raw thoughts; parts are paragraphs. */
function thoughtsOf(item: JsonObject): string {
  const summary = arrayMember(item, 'summary') ?? [];
  const parts = summary.length > 0 ? summary : (arrayMember(item, 'content') ?? []);
  return parts.flatMap((part) => (isJsonObject(part) ? (stringMember(part, 'text') ?? []) : [])).join('\n\n');
}

/** By the book a text; an object, as some clients send, means the same. */
function argumentsOf(item: JsonObject): string {
  const written = item['arguments'] ?? '';
  return typeof written === 'string' ? written : JSON.stringify(written);
}

function callIdOf(item: JsonObject, path: string): string {
  const id = stringMember(item, 'call_id');
  if (!id) throw missing(`${path}.call_id`);
  return id;
}
