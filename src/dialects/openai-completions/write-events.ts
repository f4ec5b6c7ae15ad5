import type { CallEvent } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { ChunkWriter } from '../openai-family/chunk-writer.ts';
import { writeFinishReason } from './finish-reason.ts';
import { TextTokens } from './text-tokens.ts';
import { warnOfUnspoken } from './warn-of-unspoken.ts';
import type { WireChoice, WireFinishReason } from './wire.ts';

/** Writes a stream of `text_completion` chunks. Thoughts have no place in one and nobody expects them; a tool use would be missed. */
export class CompletionsFrameWriter implements FrameWriter {
  readonly #context: WriterContext;
  readonly #frames: ChunkWriter;
  readonly #held = new HeldTokens();
  readonly #tokens = new Map<number, TextTokens>();

  constructor(context: WriterContext) {
    this.#context = context;
    this.#frames = new ChunkWriter({ idPrefix: 'cmpl-', object: 'text_completion' }, context);
  }

  push(event: CallEvent): string {
    if (this.#frames.isOver) return '';
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#chunk(event.choice, event.text, null);
      case 'logprobs':
        this.#held.hold(event);
        return '';
      case 'thinking-delta':
        return this.#forget(event.choice);
      case 'choice-end':
        return this.#chunk(event.choice, '', writeFinishReason(event.reason));
      case 'usage':
        return this.#frames.keepUsage(event.usage);
      case 'answer-end':
        return this.#frames.end();
      default:
        warnOfUnspoken(event, this.#context.warnings);
        return '';
    }
  }

  fail(error: GatewayError): string {
    return this.#frames.fail(error);
  }

  /** The tokens of thoughts are no part of the text. */
  #forget(choice: number): string {
    this.#held.take(choice);
    return '';
  }

  #chunk(index: number, text: string, reason: WireFinishReason | null): string {
    const logprobs = this.#tokensOf(index).write(this.#held.take(index), text);
    const choice: WireChoice = { text, index, logprobs, finish_reason: reason };
    return this.#frames.chunk(choice);
  }

  #tokensOf(index: number): TextTokens {
    const known = this.#tokens.get(index) ?? new TextTokens();
    this.#tokens.set(index, known);
    return known;
  }
}
