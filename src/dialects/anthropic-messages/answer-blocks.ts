import type { EventOf } from '../../model/call-event.ts';
import type { Signature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import { writeToolUseId } from '../anthropic-family/plain-word.ts';
import { asThought } from '../anthropic-family/tool-signature.ts';
import { isWholeObject } from '../tool-use-family/tool-arguments.ts';

/** One block of the answer as it grows. */
export interface AnswerBlock {
  readonly kind: 'text' | 'thinking' | 'redacted' | 'tool';
  readonly id: string;
  readonly name: string;
  signature: Signature | undefined;
  /** Its text, thoughts or arguments, in pieces. A stream takes away what it has sent, and so keeps nothing. */
  pieces: string[];
  /** All arguments of a tool use, sent or not: they tell when it is whole. */
  arguments: string;
  isEnded: boolean;
}

/**
 * Sorts the events of an answer into blocks, in the order these begin. Only tool uses may grow side by side;
 * anything else ends when the next thing begins.
 */
export class AnswerBlocks {
  readonly list: AnswerBlock[] = [];
  readonly #tools = new Map<string, AnswerBlock>();
  readonly #warnings: Warnings;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  text(text: string): void {
    if (text !== '') grow(this.#current('text'), text);
  }

  thinking(text: string): void {
    if (text !== '') grow(this.#current('thinking'), text);
  }

  /** A signature without thoughts is one of thoughts that are not shown. */
  thinkingEnd(signature: Signature | undefined): void {
    const last = this.list.at(-1);
    const isOpen = last?.kind === 'thinking' && !last.isEnded;
    if (!isOpen && signature === undefined) return;
    const block = isOpen ? last : this.#append('thinking');
    block.signature = signature;
    block.isEnded = true;
  }

  redacted(signature: Signature): void {
    this.#append('redacted', { signature }).isEnded = true;
  }

  toolStart({ id, name, signature }: EventOf<'tool-use-start'>): void {
    if (signature !== undefined) this.#append('thinking', { signature: asThought(signature) }).isEnded = true;
    this.#tools.set(id, this.#append('tool', { id: writeToolUseId(id), name }));
  }

  /** `null` is how some models say that there are no arguments (protocols T10). */
  toolDelta({ id, arguments: text }: EventOf<'tool-use-delta'>): void {
    const block = this.#tools.get(id);
    if (block === undefined || (block.arguments === '' && /^\s*(?:null)?\s*$/.test(text))) return;
    if (block.isEnded) this.#warnings.dropped('tool_use.input', 'came_too_late');
    else grow(block, text);
  }

  toolEnd(id: string): void {
    const block = this.#tools.get(id);
    if (block !== undefined) block.isEnded = true;
  }

  end(): void {
    for (const block of this.list) block.isEnded = true;
  }

  #current(kind: 'text' | 'thinking'): AnswerBlock {
    const last = this.list.at(-1);
    return last?.kind === kind && !last.isEnded ? last : this.#append(kind);
  }

  /** What stands before is done, unless it is a tool use whose arguments may still be on their way. */
  #append(kind: AnswerBlock['kind'], about: Partial<AnswerBlock> = {}): AnswerBlock {
    const last = this.list.at(-1);
    if (last !== undefined && (last.kind !== 'tool' || isWholeObject(last.arguments))) last.isEnded = true;
    const block = {
      kind,
      id: '',
      name: '',
      signature: undefined,
      pieces: [],
      arguments: '',
      isEnded: false,
      ...about,
    };
    this.list.push(block);
    return block;
  }
}

function grow(block: AnswerBlock, text: string): void {
  block.pieces.push(text);
  if (block.kind === 'tool') block.arguments += text;
}
