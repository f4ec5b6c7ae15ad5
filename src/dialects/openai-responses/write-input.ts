import type { Message, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { CallIds } from './call-ids.ts';
import { withoutLooseReasoning } from './loose-reasoning.ts';
import { writeContent } from './write-parts.ts';
import { writeTurn } from './write-turn.ts';

export interface WrittenInput {
  readonly instructions: string | undefined;
  readonly input: JsonObject[];
}

/** A talk as instructions, which are what the system says at first, and the items that follow. */
export function writeInput(messages: readonly Message[], writing: Writing): WrittenInput {
  refusePrefill(messages, writing);
  const begin = messages.findIndex((message) => message.role !== 'system');
  const leading = messages.slice(0, begin < 0 ? messages.length : begin);
  const writer = new InputWriter(writing);
  messages.forEach((message, at) => {
    if (at >= leading.length) writer.add(message, `messages[${at}]`);
  });
  return { instructions: writeInstructions(leading, writing), input: writer.items };
}

/** The model answers; it does not go on with what others began in its name. */
function refusePrefill(messages: readonly Message[], { warnings }: Writing): void {
  if (messages.at(-1)?.role !== 'assistant') return;
  warnings.refuse(
    'messages',
    'This backend cannot go on with a begun answer; let the user have the last word.',
  );
}

function writeInstructions(leading: readonly Message[], { warnings }: Writing): string | undefined {
  const texts = leading.flatMap((message, at) =>
    message.parts.flatMap((part, place) => {
      if (part.type === 'text' || part.type === 'refusal') return [part.text];
      warnings.refuse(`messages[${at}].content[${place}]`, 'Instructions can only be text for this backend.');
      return [];
    }),
  );
  return texts.filter((text) => text !== '').join('\n\n') || undefined;
}

/** Writes the messages after the instructions, one kind of message at a time. */
class InputWriter {
  readonly #writing: Writing;
  readonly #ids = new CallIds();
  readonly #items: JsonObject[] = [];

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  get items(): JsonObject[] {
    return withoutLooseReasoning(this.#items);
  }

  add(message: Message, path: string): void {
    switch (message.role) {
      case 'system':
        this.#say(this.#writing.quirks.developerRole ? 'developer' : 'system', message, path);
        break;
      case 'user':
        this.#say('user', message, path);
        break;
      case 'assistant':
        this.#items.push(...writeTurn(message, path, this.#ids, this.#writing));
        break;
      case 'tool':
        this.#result(message, path);
        break;
    }
  }

  #say(role: string, { parts }: Message, path: string): void {
    this.#items.push({ type: 'message', role, content: writeContent(parts, path, this.#writing) });
  }

  /** That a tool failed has no place here but in its words (protocols 10.2). */
  #result({ parts, toolUseId, isError }: Message, path: string): void {
    if (isError) this.#writing.warnings.changed('is_error', 'tool_error_told_in_text');
    const told = isError ? [errorMark, ...parts] : parts;
    this.#items.push({
      type: 'function_call_output',
      call_id: this.#ids.answer(toolUseId),
      output: writeContent(isError ? joined(told) : told, path, this.#writing),
    });
  }
}

const errorMark: PartOf<'text'> = { type: 'text', text: 'Error: ' };

/** The mark and the first text as one, where a text comes first. */
function joined([mark, first, ...others]: Message['parts']): Message['parts'] {
  if (mark?.type !== 'text') return [];
  if (first?.type !== 'text') return [mark, ...(first === undefined ? [] : [first]), ...others];
  return [{ type: 'text', text: mark.text + first.text }, ...others];
}
