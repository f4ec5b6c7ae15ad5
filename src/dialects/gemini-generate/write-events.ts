import type { CallEvent, EventHandlers, EventOf } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { Usage } from '../../model/usage.ts';
import type { FrameWriter, Reframer, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { answerOf, blockedAnswerOf, uncountedRest } from './answer-frame.ts';
import { AnswerParts } from './answer-parts.ts';
import { writeFinishReason } from './finish-reason.ts';
import { framingFor } from './framing.ts';
import type { WireCandidate, WirePart } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

/** What is done for each kind of event. */
type Handlers = EventHandlers<GeminiFrameWriter, string>;

/**
 * Writes a stream as Google does: every chunk a whole answer with a part of the content, in the framing the
 * address asks for. Reasons stand on the last chunk only, for many stop reading at the first (T24).
 */
export class GeminiFrameWriter implements FrameWriter {
  /** All other kinds are parts of the content, or nothing. */
  static readonly #handlers: Handlers = {
    usage: (writer, event) => writer.#keepUsage(event),
    logprobs: (writer, event) => writer.#hold(event),
    'prompt-blocked': (writer, event) => writer.#block(event),
    'thinking-delta': (writer, event) => writer.#think(event),
    'choice-end': (writer, event) => writer.#endChoice(event),
    'answer-end': (writer) => writer.#end(),
  };

  readonly #context: WriterContext;
  readonly #framing: Reframer;
  readonly #rest: string;
  readonly #parts: AnswerParts;
  readonly #reasons = new Map<number, string>();
  readonly #tokens = new HeldTokens();
  #usage: Usage | undefined;
  #blockWord: string | undefined;
  #isOver = false;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#framing = framingFor(context.address);
    this.#rest = uncountedRest(context);
    this.#parts = new AnswerParts(context);
  }

  push(event: CallEvent): string {
    if (this.#isOver) return '';
    return this.#handle(event) ?? this.#say(event);
  }

  fail(error: GatewayError): string {
    this.#isOver = true;
    return this.#framing.fail(error);
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): string | undefined {
    return GeminiFrameWriter.#handlers[event.type]?.(this, event);
  }

  #keepUsage({ usage }: EventOf<'usage'>): string {
    this.#usage = usage;
    return '';
  }

  #hold(event: EventOf<'logprobs'>): string {
    this.#tokens.hold(event);
    return '';
  }

  #block({ word }: EventOf<'prompt-blocked'>): string {
    this.#blockWord = word;
    return '';
  }

  /** The tokens of thoughts nobody asked for go with them. */
  #think(event: EventOf<'thinking-delta'>): string {
    const chunk = this.#say(event);
    this.#tokens.take(event.choice);
    return chunk;
  }

  #endChoice(event: EventOf<'choice-end'>): string {
    this.#reasons.set(event.choice, writeFinishReason(event.reason));
    return this.#say(event);
  }

  /** After a blocked prompt there is nothing to say. */
  #say(event: CallEvent): string {
    if (this.#blockWord !== undefined) return '';
    const placed = this.#parts.take(event);
    if (placed === undefined || placed.parts.length === 0) return '';
    return this.#chunk([this.#candidate(placed.choice, placed.parts)]);
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

  #blocked(word: string): string {
    return this.#framing.frame(JSON.stringify(blockedAnswerOf(word, this.#usage, this.#context)));
  }

  #chunk(candidates: readonly WireCandidate[]): string {
    if (this.#usage !== undefined)
      return this.#framing.frame(JSON.stringify(answerOf(candidates, this.#usage, this.#context)));
    // Hot: nearly every chunk is one of these, and but for the candidates they are all alike.
    return this.#framing.frame(`{"candidates":${JSON.stringify(candidates)}${this.#rest}`);
  }
}
