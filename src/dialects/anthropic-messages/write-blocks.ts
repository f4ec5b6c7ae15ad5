import { type Signature, writeSignature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import { writeToolInput } from '../anthropic-family/tool-input.ts';
import type { AnswerBlock } from './answer-blocks.ts';
import type { WireAnswerBlock, WireDelta } from './wire.ts';

/** A block as it is begun in a stream: without what is still to come. */
export function writeBlockStart(block: AnswerBlock): WireAnswerBlock {
  if (block.kind === 'text') return { type: 'text', text: '' };
  if (block.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: {} };
  return { type: 'redacted_thinking', data: signatureText(block.signature) };
}

/** A piece of a block. Arguments go on as they come, whether they will be JSON or not. */
export function writeDelta(block: AnswerBlock, text: string): WireDelta {
  if (block.kind === 'text') return { type: 'text_delta', text };
  if (block.kind === 'thinking') return { type: 'thinking_delta', thinking: text };
  return { type: 'input_json_delta', partial_json: text };
}

/** A thinking block always has a signature; '' where its maker gave none (S). */
export function signatureText(signature: Signature | undefined): string {
  return signature === undefined ? '' : writeSignature(signature, 'anthropic');
}

/** A block of a whole answer. */
export function writeBlock(block: AnswerBlock, at: number, warnings: Warnings): WireAnswerBlock {
  if (block.kind === 'text') return { type: 'text', text: block.pieces.join('') };
  if (block.kind === 'thinking') {
    return { type: 'thinking', thinking: block.pieces.join(''), signature: signatureText(block.signature) };
  }
  if (block.kind === 'redacted') return writeBlockStart(block);
  const input = writeToolInput(block.arguments, `content[${at}].input`, warnings);
  return { type: 'tool_use', id: block.id, name: block.name, input };
}
