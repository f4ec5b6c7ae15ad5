import type { Message, Part } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { CacheMarks } from './cache-mark.ts';
import type { ModelTraits } from './model-traits.ts';
import { Talk } from './talk.ts';
import { ToolUses } from './tool-uses.ts';
import type { WireContent, WireToolResult, WireTurn } from './wire.ts';
import { PartWriter } from './write-parts.ts';
import { asReminder, systemTexts } from './write-system.ts';

/** The messages from `start` on as turns (protocols 10.2). */
export function writeTurns(
  messages: readonly Message[],
  start: number,
  traits: ModelTraits,
  marks: CacheMarks,
  warnings: Warnings,
): WireTurn[] {
  const writer = new TurnWriter(traits, marks, warnings);
  for (let at = start; at < messages.length; at++) writer.push(messages[at] as Message, `messages[${at}]`);
  return withSoundEnds(writer.finish(), traits, warnings);
}

class TurnWriter {
  readonly #traits: ModelTraits;
  readonly #marks: CacheMarks;
  readonly #warnings: Warnings;
  readonly #uses = new ToolUses();
  readonly #parts: PartWriter;
  readonly #talk = new Talk();

  constructor(traits: ModelTraits, marks: CacheMarks, warnings: Warnings) {
    this.#traits = traits;
    this.#marks = marks;
    this.#warnings = warnings;
    this.#parts = new PartWriter(warnings, marks, this.#uses);
  }

  push(message: Message, path: string): void {
    if (message.role === 'system') this.#system(message, path);
    else if (message.role === 'tool') this.#result(message, path);
    else if (message.role === 'user') this.#talk.add('user', this.#parts.content(message.parts, path));
    else this.#talk.add('assistant', this.#parts.assistant(message.parts, path));
  }

  finish(): WireTurn[] {
    return this.#talk.finish(() => this.#warnings.changed('messages', 'tool_result_missing'));
  }

  /** Never moved to the top: that would change what it means, and every cache would miss. */
  #system(message: Message, path: string): void {
    const texts = systemTexts(message, path, this.#marks, this.#warnings);
    if (texts.length === 0) return;
    // Right behind a user's turn is where the API is known to take it.
    const canStand = this.#traits.takesSystemTurns && this.#talk.lastRole === 'user';
    if (canStand) this.#talk.add('system', texts);
    else this.#talk.add('user', texts.map(asReminder));
  }

  #result(message: Message, path: string): void {
    const id = this.#uses.answer(message.toolUseId ?? '');
    if (id === undefined) {
      this.#orphan(this.#parts.content(message.parts, path), path);
      return;
    }
    const content = this.#parts.content(message.parts.map(withoutMark), path);
    const result = asResult(id, content, message.isError === true);
    this.#marks.put(message.parts.findLast((part) => part.cache !== undefined)?.cache, result);
    this.#talk.addResult(result);
  }

  /** A result nobody asked for is refused as such; as the user's words it still tells what it tells. */
  #orphan(content: readonly WireContent[], path: string): void {
    this.#warnings.changed(path, 'result_without_tool_use');
    this.#talk.add('user', content);
  }
}

/** A mark inside a result covers all of it, and is put on the result as a whole. */
function withoutMark(part: Part): Part {
  return part.cache === undefined ? part : { ...part, cache: undefined };
}

/** Plain text goes as a string, as nearly every result is. */
function asResult(id: string, content: WireContent[], isError: boolean): WireToolResult {
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(content.length > 0 && { content: onlyText(content) ?? content }),
    ...(isError && { is_error: true }),
  };
}

function onlyText(content: readonly WireContent[]): string | undefined {
  const only = content.length === 1 ? content[0] : undefined;
  return only?.type === 'text' ? only.text : undefined;
}

/** A talk begins with the user, and newer models want it to end with the user, too. */
function withSoundEnds(turns: WireTurn[], traits: ModelTraits, warnings: Warnings): WireTurn[] {
  if (turns[0]?.role !== 'user') {
    warnings.changed('messages', 'user_turn_added');
    turns.unshift({ role: 'user', content: [{ type: 'text', text: '(continue)' }] });
  }
  const last = turns.at(-1);
  if (last?.role === 'assistant') settlePrefill(last, traits, warnings);
  return turns;
}

function settlePrefill(turn: WireTurn, traits: ModelTraits, warnings: Warnings): void {
  if (!traits.takesPrefill) {
    warnings.refuse(
      'messages',
      "This model does not go on with a turn of the assistant's; let the last message be the user's.",
    );
  }
  const block = turn.content.at(-1);
  if (block?.type !== 'text' || block.text === block.text.trimEnd()) return;
  block.text = block.text.trimEnd();
  warnings.changed('messages', 'prefill_trimmed');
}
