import type { CallEvent } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import type { AnswerBlock } from './answer-blocks.ts';
import { AnswerFold } from './answer-fold.ts';
import { errorFrame, frame, stopFrame } from './frames.ts';
import { signatureText, writeBlockStart, writeDelta } from './write-blocks.ts';

/**
 * Writes a stream exactly in the order of protocols 3.3, for official clients count on it: one block open at a
 * time, indexes without a gap. What belongs to a later block waits until the ones before it are done.
 */
export class MessageFrameWriter implements FrameWriter {
  readonly #answer: AnswerFold;
  /** The block that is open, or the next to be. */
  #at = 0;
  #isOpen = false;
  #hasStarted = false;
  #isOver = false;

  constructor(context: WriterContext) {
    this.#answer = new AnswerFold(context);
  }

  push(event: CallEvent): string {
    if (this.#isOver || event.type === 'error') return '';
    this.#answer.push(event);
    return event.type === 'answer-end' ? this.#end() : this.#begin() + this.#blocks();
  }

  fail(error: GatewayError): string {
    if (this.#isOver) return '';
    this.#isOver = true;
    return errorFrame(error);
  }

  #begin(): string {
    if (this.#hasStarted) return '';
    this.#hasStarted = true;
    return frame('message_start', { message: this.#answer.head() });
  }

  /** As much of the blocks as can go out now. */
  #blocks(): string {
    let frames = '';
    for (;;) {
      const block = this.#answer.blocks.list[this.#at];
      if (block === undefined) return frames;
      frames += this.#open(block) + this.#deltas(block);
      if (!block.isEnded) return frames;
      frames += this.#close(block);
    }
  }

  #open(block: AnswerBlock): string {
    if (this.#isOpen) return '';
    this.#isOpen = true;
    return frame('content_block_start', { index: this.#at, content_block: writeBlockStart(block) });
  }

  #deltas(block: AnswerBlock): string {
    const { pieces } = block;
    if (pieces.length === 0) return '';
    block.pieces = [];
    return pieces
      .map((text) => frame('content_block_delta', { index: this.#at, delta: writeDelta(block, text) }))
      .join('');
  }

  #close(block: AnswerBlock): string {
    const signature = block.kind === 'thinking' ? this.#signature(block) : '';
    const stop = frame('content_block_stop', { index: this.#at });
    this.#isOpen = false;
    this.#at++;
    return signature + stop;
  }

  #signature(block: AnswerBlock): string {
    const delta = { type: 'signature_delta', signature: signatureText(block.signature) };
    return frame('content_block_delta', { index: this.#at, delta });
  }

  #end(): string {
    this.#isOver = true;
    this.#answer.blocks.end();
    const blocks = this.#begin() + this.#blocks();
    const delta = {
      stop_reason: this.#answer.reason,
      stop_sequence: this.#answer.stopText,
      stop_details: null,
      container: null,
    };
    return blocks + frame('message_delta', { delta, usage: this.#answer.usage() }) + stopFrame;
  }
}
