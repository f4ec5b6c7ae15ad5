import type { Message, PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { alternate } from './alternate-turns.ts';
import { placeSystemTexts } from './place-system-texts.ts';
import { ToolIds } from './tool-ids.ts';
import { type Turn, textPart } from './turn.ts';
import { writeParts } from './write-parts.ts';
import { writeTurn } from './write-turn.ts';

/** The talk in the order it was held, in as many messages as the server takes (protocols 10.2). */
export function writeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const { quirks, warnings } = writing;
  let turns = new TurnList(writing).read(messages);
  if (quirks.systemOnlyFirst) turns = placeSystemTexts(turns, warnings);
  if (quirks.alternatesRoles) turns = alternate(turns, warnings);
  return turns.map((turn) => writeTurn(turn, quirks));
}

/** Collects turns. What a tool returned beside text must wait until all results are told: nothing may stand between. */
class TurnList {
  readonly #writing: Writing;
  readonly #ids = new ToolIds();
  readonly #turns: Turn[] = [];
  #shown: JsonObject[] = [];

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  read(messages: readonly Message[]): readonly Turn[] {
    for (const [at, message] of messages.entries()) this.#add(message, `messages[${at}]`);
    this.#showAll();
    return this.#turns;
  }

  #add(message: Message, path: string): void {
    const parts = writeParts(message.parts, path, this.#writing);
    if (message.role === 'tool') {
      this.#turns.push(this.#result(message, parts, path));
      return;
    }
    this.#showAll();
    const { role, name } = message;
    this.#turns.push(role === 'assistant' ? { ...this.#said(message), parts } : { role, name, parts });
  }

  #said({ parts, name }: Message): Pick<Turn, 'role' | 'name' | 'thoughts' | 'toolCalls'> {
    const thoughts = parts.filter((part) => part.type === 'thinking').map((part) => part.text);
    const uses = parts.filter((part) => part.type === 'tool-use');
    return {
      role: 'assistant',
      name,
      thoughts: thoughts.join('\n'),
      toolCalls: uses.map((use) => this.#toolCall(use)),
    };
  }

  /** Servers parse the arguments of the history; a tool without any has an empty object (protocols T10). */
  #toolCall(use: PartOf<'tool-use'>): JsonObject {
    const written = use.arguments.trim();
    const isEmpty = written === '' || written === 'null';
    const called = { name: use.name, arguments: isEmpty ? '{}' : use.arguments };
    return { id: this.#ids.ofUse(use.id), type: 'function', function: called };
  }

  #result({ toolUseId, isError }: Message, parts: readonly JsonObject[], path: string): Turn {
    const texts = parts.filter((part) => part['type'] === 'text');
    const shown = parts.filter((part) => part['type'] !== 'text');
    const told = shown.length === 0 ? texts : [...texts, this.#putAside(shown, path)];
    return {
      role: 'tool',
      parts: isError ? this.#asError(told) : told,
      toolCallId: this.#ids.ofResult(toolUseId ?? ''),
    };
  }

  /** Results hold only text here; pictures follow in a message of the user's (protocols 10.2). */
  #putAside(shown: readonly JsonObject[], path: string): JsonObject {
    this.#shown.push(...shown);
    this.#writing.warnings.changed(`${path}.content`, 'shown_in_user_message');
    return textPart('see image below');
  }

  #asError([first, ...others]: readonly JsonObject[]): JsonObject[] {
    this.#writing.warnings.changed('is_error', 'tool_error_told_in_text');
    return [textPart(`Error: ${first?.['text'] ?? ''}`), ...others];
  }

  #showAll(): void {
    if (this.#shown.length > 0) this.#turns.push({ role: 'user', parts: this.#shown });
    this.#shown = [];
  }
}
