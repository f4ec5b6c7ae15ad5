import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { stableHash } from '../../model/stable-hash.ts';
import { FreeIds } from '../tool-use-family/free-ids.ts';
import { argumentsText } from './tool-arguments.ts';

/** A tool call as a backend wrote it, whole. */
export interface HeardCall {
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: string;
}

/** Tells the tool calls of one answer as events. Ollama sends each of them whole, and often without an id. */
export class ToolCallReader {
  readonly #ids = new FreeIds();
  #count = 0;

  get hasAny(): boolean {
    return this.#count > 0;
  }

  /** Those of a message, in the form of today or that of `functions`. `createdAt` tells one answer from the next. */
  push(message: JsonObject, createdAt: string | undefined): CallEvent[] {
    const calls = arrayMember(message, 'tool_calls') ?? [];
    const old = objectMember(message, 'function_call');
    const heard = [...calls, ...(old === undefined ? [] : [{ function: old }])].flatMap(readCall);
    return heard.flatMap((call) => this.tell(call, createdAt));
  }

  tell(call: HeardCall, createdAt: string | undefined): CallEvent[] {
    const id = this.#ids.take(call.id ?? this.#mint(call, createdAt));
    this.#count++;
    return [
      { type: 'tool-use-start', choice: 0, id, name: call.name },
      { type: 'tool-use-delta', choice: 0, id, arguments: call.arguments },
      { type: 'tool-use-end', choice: 0, id },
    ];
  }

  /** From the nanosecond and the place: the same answer read twice has the same ids, two answers have not. */
  #mint(call: HeardCall, createdAt: string | undefined): string {
    const digits = createdAt?.replace(/\D/g, '').slice(0, 23);
    return `call_${digits || stableHash(`${call.name}\n${call.arguments}`, 16)}_${this.#count}`;
  }
}

function readCall(call: unknown): HeardCall[] {
  if (!isJsonObject(call)) return [];
  const called = objectMember(call, 'function') ?? call;
  return [
    {
      id: stringMember(call, 'id') || undefined,
      name: stringMember(called, 'name') ?? '',
      arguments: argumentsText(called['arguments']),
    },
  ];
}
