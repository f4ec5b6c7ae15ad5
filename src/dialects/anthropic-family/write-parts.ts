import type { Part } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { CacheMarks } from './cache-mark.ts';
import { writeToolInput } from './tool-input.ts';
import { writeToolName } from './tool-name.ts';
import type { ToolUses } from './tool-uses.ts';
import type { WireBlock, WireContent, WireToolUse } from './wire.ts';
import { writeFile, writeImage } from './write-media.ts';

/** Writes the parts of messages as blocks. What is empty is left out: Anthropic refuses empty texts. */
export class PartWriter {
  readonly #warnings: Warnings;
  readonly #marks: CacheMarks;
  readonly #uses: ToolUses;

  constructor(warnings: Warnings, marks: CacheMarks, uses: ToolUses) {
    this.#warnings = warnings;
    this.#marks = marks;
    this.#uses = uses;
  }

  /** What a user says, or what a tool answers. */
  content(parts: readonly Part[], path: string): WireContent[] {
    return parts.flatMap((part, at) => this.#marked(part, this.#content(part, `${path}.content[${at}]`)));
  }

  /** What the model said: texts, thoughts of its own, tool uses. */
  assistant(parts: readonly Part[], path: string): WireBlock[] {
    return parts.flatMap((part, at) => this.#said(part, `${path}.content[${at}]`));
  }

  #content(part: Part, path: string): WireContent | undefined {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return part.text.trim() === '' ? undefined : { type: 'text', text: part.text };
      case 'image':
        return writeImage(part, path, this.#warnings);
      case 'file':
        return writeFile(part, path, this.#warnings);
      case 'audio':
        this.#warnings.refuse(path, `"${path}" is sound, which this backend cannot hear.`);
        return undefined;
      default:
        this.#warnings.dropped(path, 'not_the_users_to_say');
        return undefined;
    }
  }

  #said(part: Part, path: string): WireBlock[] {
    if (part.type === 'thinking' || part.type === 'redacted-thinking') return writeThought(part);
    if (part.type === 'tool-use') return this.#marked(part, this.#toolUse(part, path));
    if (part.type === 'text' || part.type === 'refusal') return this.#marked(part, this.#content(part, path));
    this.#warnings.refuse(
      path,
      `"${path}" is a medium in the assistant's own turn; this backend takes only text there.`,
    );
    return [];
  }

  #toolUse(part: Part & { type: 'tool-use' }, path: string): WireToolUse {
    const input = writeToolInput(part.arguments, path, this.#warnings);
    const name = writeToolName(part.name, path, this.#warnings);
    return { type: 'tool_use', id: this.#uses.begin(part.id), name, input };
  }

  #marked<Block extends WireContent | WireToolUse>(part: Part, block: Block | undefined): Block[] {
    if (block === undefined) return [];
    this.#marks.put(part.cache, block);
    return [block];
  }
}

/** Only thoughts that Anthropic itself has signed: a foreign one is answered with 400 (protocols 10.6, T16). */
function writeThought(part: Part & { type: 'thinking' | 'redacted-thinking' }): WireBlock[] {
  const signature = part.signature;
  if (signature?.origin !== 'anthropic' || signature.value === '') return [];
  if (part.type === 'redacted-thinking') return [{ type: 'redacted_thinking', data: signature.value }];
  return [{ type: 'thinking', thinking: part.text, signature: signature.value }];
}
