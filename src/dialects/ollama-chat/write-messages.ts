import type { Message, PartOf } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { ownThoughts } from '../ollama-family/thoughts.ts';
import { writeArguments } from '../ollama-family/tool-arguments.ts';
import type { WireToolCall } from '../ollama-family/wire.ts';
import { writeParts } from '../ollama-family/write-parts.ts';
import type { WireMessage } from './wire.ts';

/** Every message keeps its place: a system message that was moved would mean something else (protocols 10.2). */
export function writeMessages(messages: readonly Message[], warnings: Warnings): readonly WireMessage[] {
  const writer = new MessageWriter(warnings);
  return messages.map((message, at) => writer.write(message, `messages[${at}]`));
}

/** Writes messages in order. It remembers the names of tools, for results are matched by name on this wire. */
class MessageWriter {
  readonly #warnings: Warnings;
  readonly #toolNames = new Map<string, string>();

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  write(message: Message, path: string): WireMessage {
    if (message.role === 'tool') return this.#result(message, path);
    const { text, images } = writeParts(message.parts, path, this.#warnings);
    const thinking = ownThoughts(message.parts);
    const calls = message.parts
      .filter((part) => part.type === 'tool-use')
      .map((use, place) => this.#call(use, `${path}.tool_calls[${place}]`));
    return {
      role: message.role,
      content: text,
      ...(thinking !== '' && { thinking }),
      ...(images.length > 0 && { images }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
  }

  #call({ id, name, arguments: text }: PartOf<'tool-use'>, path: string): WireToolCall {
    this.#toolNames.set(id, name);
    return { id, function: { name, arguments: writeArguments(text, path, this.#warnings) } };
  }

  /** Pictures that a tool found may stand on its own message: Ollama reads them off any role. */
  #result(message: Message, path: string): WireMessage {
    const { text, images } = writeParts(message.parts, path, this.#warnings);
    const name = this.#toolNames.get(message.toolUseId ?? '') ?? message.name;
    return {
      role: 'tool',
      content: this.#withFailure(text, message.isError === true),
      ...(images.length > 0 && { images }),
      ...(name !== undefined && { tool_name: name }),
      ...(message.toolUseId !== undefined && { tool_call_id: message.toolUseId }),
    };
  }

  #withFailure(text: string, isError: boolean): string {
    if (!isError) return text;
    this.#warnings.changed('messages', 'tool_error_told_in_text');
    return `Error: ${text}`;
  }
}
