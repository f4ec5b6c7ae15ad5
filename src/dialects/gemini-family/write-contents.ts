import type { Message, Part } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import { signSteps } from './sign-steps.ts';
import { Turns } from './turns.ts';
import { writePart } from './write-parts.ts';
import { writeToolResult } from './write-tool-result.ts';

/** A talk as Google has it: what stands above it, and its turns. */
export interface WrittenTalk {
  readonly systemInstruction?: JsonObject;
  readonly contents: readonly JsonObject[];
}

/** Messages as `systemInstruction` and `contents` (protocols 10.2). */
export function writeTalk(model: string, messages: readonly Message[], warnings: Warnings): WrittenTalk {
  const traits = modelTraits(model);
  const leading = messages.findIndex((message) => message.role !== 'system');
  const systemCount = leading < 0 ? messages.length : leading;
  const system = messages.slice(0, systemCount).flatMap((message, at) => writeParts(message, at, warnings));
  const turns = new TalkWriter(traits, warnings).write(messages, systemCount);
  if (turns.length === 0 && system.length > 0) {
    // Google refuses a talk without a turn; what was said goes to the model all the same.
    warnings.changed('messages', 'system_as_user');
    return { contents: [{ role: 'user', parts: system }] };
  }
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: traits.checksSignatures ? signSteps(turns) : turns,
  };
}

function writeParts(message: Message, at: number, warnings: Warnings): JsonObject[] {
  return message.parts.flatMap((part, place) =>
    writePart(part, `messages[${at}].content[${place}]`, warnings),
  );
}

/** Goes through the messages behind the system's, in order. */
class TalkWriter {
  readonly #traits: ModelTraits;
  readonly #warnings: Warnings;
  readonly #turns = new Turns();
  /** Tool uses by id, with their place among all. */
  readonly #uses = new Map<string, { readonly name: string; readonly order: number }>();

  constructor(traits: ModelTraits, warnings: Warnings) {
    this.#traits = traits;
    this.#warnings = warnings;
  }

  write(messages: readonly Message[], from: number): JsonObject[] {
    for (let at = from; at < messages.length; at++) {
      const message = messages[at] as Message;
      if (message.role === 'tool') at = this.#results(messages, at);
      else if (message.role === 'assistant') this.#assistant(message, at);
      else if (message.role === 'system') this.#laterSystem(message);
      else this.#turns.add('user', writeParts(message, at, this.#warnings));
    }
    return this.#turns.list(this.#warnings);
  }

  #assistant(message: Message, at: number): void {
    for (const part of message.parts) {
      if (part.type === 'tool-use') this.#uses.set(part.id, { name: part.name, order: this.#uses.size });
    }
    this.#turns.add('model', writeParts(message, at, this.#warnings));
  }

  /** Never hoisted to the top: that would change its meaning, and lose the cache. */
  #laterSystem(message: Message): void {
    const text = message.parts.map(textOf).join('\n');
    if (text !== '') this.#turns.add('user', [{ text: `<system-reminder>\n${text}\n</system-reminder>` }]);
  }

  /** All results in a row, in the order of their calls. Answers the place of the last one. */
  #results(messages: readonly Message[], from: number): number {
    let to = from;
    while (messages[to + 1]?.role === 'tool') to++;
    const places = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    const order = (at: number) =>
      this.#uses.get(messages[at]?.toolUseId ?? '')?.order ?? Number.MAX_SAFE_INTEGER;
    const results = places
      .sort((a, b) => order(a) - order(b))
      .map((at) => this.#result(messages[at] as Message, `messages[${at}]`));
    const responses = results.map((result) => result.response);
    this.#turns.add('user', [...responses, ...results.flatMap((result) => result.behind)]);
    return to;
  }

  #result(message: Message, param: string) {
    const name = this.#uses.get(message.toolUseId ?? '')?.name ?? message.name;
    if (name === undefined) this.#warnings.changed(param, 'unknown_tool_use');
    return writeToolResult(message, name ?? 'unknown', param, this.#traits, this.#warnings);
  }
}

function textOf(part: Part): string {
  return part.type === 'text' || part.type === 'refusal' ? part.text : '';
}
