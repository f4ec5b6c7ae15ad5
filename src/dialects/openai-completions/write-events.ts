import type { CallEvent } from '../../model/call-event.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { ChunkWriter } from '../openai-family/chunk-writer.ts';
import { writeFinishReason } from './finish-reason.ts';
import type { WireChoice, WireFinishReason } from './wire.ts';

/** Writes a stream of `text_completion` chunks. Thinking and tool uses have no place in one. */
export class CompletionsFrameWriter implements FrameWriter {
  readonly #frames: ChunkWriter;

  constructor(context: WriterContext) {
    this.#frames = new ChunkWriter({ idPrefix: 'cmpl-', object: 'text_completion' }, context);
  }

  push(event: CallEvent): string {
    if (this.#frames.isOver) return '';
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#chunk(event.choice, event.text, null);
      case 'choice-end':
        return this.#chunk(event.choice, '', writeFinishReason(event.reason));
      case 'usage':
        return this.#frames.keepUsage(event.usage);
      case 'answer-end':
        return this.#frames.end();
      case 'error':
        return this.#frames.error(event);
      default:
        return '';
    }
  }

  #chunk(index: number, text: string, reason: WireFinishReason | null): string {
    const choice: WireChoice = { text, index, logprobs: null, finish_reason: reason };
    return this.#frames.chunk(choice);
  }
}
