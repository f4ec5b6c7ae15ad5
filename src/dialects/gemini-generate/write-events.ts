import type { CallEvent } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { Usage } from '../../model/usage.ts';
import type { FrameWriter, Reframer, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { answerOf, blockedAnswerOf } from './answer-frame.ts';
import { AnswerParts } from './answer-parts.ts';
import { writeFinishReason } from './finish-reason.ts';
import { framingFor } from './framing.ts';
import type { WireCandidate, WirePart } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

/**
 * Writes a stream as Google does: every chunk a whole answer with a part of the content, in the framing the
 * address asks for. Reasons stand on the last chunk only, for many stop reading at the first (T24).
 */
export class GeminiFrameWriter implements FrameWriter {
  readonly #context: WriterContext;
  readonly #framing: Reframer;
  readonly #parts: AnswerParts;
  readonly #reasons = new Map<number, string>();
  readonly #tokens = new HeldTokens();
  #usage: Usage | undefined;
  #blockWord: string | undefined;
  #isOver = false;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#framing = framingFor(context.address);
    this.#parts = new AnswerParts(context);
  }

  push(event: CallEvent): string {
    if (this.#isOver) return '';
    if (event.type === 'usage') this.#usage = event.usage;
    if (event.type === 'logprobs') this.#tokens.hold(event);
    if (event.type === 'prompt-blocked') this.#blockWord = event.word;
    if (event.type === 'answer-end') return this.#end();
    if (this.#blockWord !== undefined) return '';
    const placed = this.#parts.take(event);
    if (event.type === 'choice-end') this.#reasons.set(event.choice, writeFinishReason(event.reason));
    if (placed === undefined) return this.#unplaced(event);
    if (placed.parts.length === 0) return '';
    return this.#chunk([this.#candidate(placed.choice, placed.parts)]);
  }

  fail(error: GatewayError): string {
    this.#isOver = true;
    return this.#framing.fail(error);
  }

  #end(): string {
    this.#isOver = true;
    if (this.#blockWord !== undefined) return this.#blocked(this.#blockWord) + this.#framing.end();
    if (this.#reasons.size === 0) this.#reasons.set(0, 'STOP');
    const ends = [...this.#reasons].sort((a, b) => a[0] - b[0]);
    const chunk = this.#chunk(
      ends.map(([index, finishReason]) => ({ ...this.#candidate(index, [{ text: '' }]), finishReason })),
    );
    return chunk + this.#framing.end();
  }

  /** What is known of the tokens goes with the next chunk of their candidate. */
  #candidate(index: number, parts: readonly WirePart[]): WireCandidate {
    return { content: { role: 'model', parts }, index, ...writeLogprobs(this.#tokens.take(index)) };
  }

  /** The tokens of thoughts nobody asked for go with them. */
  #unplaced(event: CallEvent): string {
    if (event.type === 'thinking-delta') this.#tokens.take(event.choice);
    return '';
  }

  #blocked(word: string): string {
    return this.#framing.frame(JSON.stringify(blockedAnswerOf(word, this.#usage, this.#context)));
  }

  #chunk(candidates: readonly WireCandidate[]): string {
    return this.#framing.frame(JSON.stringify(answerOf(candidates, this.#usage, this.#context)));
  }
}
