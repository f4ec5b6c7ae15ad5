import type { CallEvent, EventHandlers, EventOf } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { ChunkWriter } from '../openai-family/chunk-writer.ts';
import { isWholeEnd, writeFinishReason } from './finish-reason.ts';
import { urlOfEvent, writeImage } from './message-images.ts';
import { writeRedacted, writeSigned } from './reasoning-details.ts';
import { ToolCallWriter, type ToolForm, toolFormOf } from './tool-call-writer.ts';
import { warnOfPause } from './warn-of-pause.ts';
import type { WireChunkChoice, WireDelta, WireFinishReason, WireLogprobs } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

const kind = { idPrefix: 'chatcmpl-', object: 'chat.completion.chunk' };

/** What is done for each kind of event. */
type Handlers = EventHandlers<ChatFrameWriter, string>;

/** Writes a stream as OpenAI does (protocols 2.4), down to the members that are always null. */
export class ChatFrameWriter implements FrameWriter {
  /** Vectors have no place in a chat, and nobody need know how long a model took to load. */
  static readonly #handlers: Handlers = {
    'answer-start': (writer) => writer.#open(0),
    'text-delta': (writer, event) => writer.#text(event),
    logprobs: (writer, event) => writer.#logprobs(event),
    'thinking-delta': (writer, event) => writer.#thinking(event),
    'thinking-end': (writer, event) => writer.#thinkingEnd(event),
    'redacted-thinking': (writer, event) => writer.#redacted(event),
    'refusal-delta': (writer, event) => writer.#refusal(event),
    'tool-use-start': (writer, event) => writer.#toolStart(event),
    'tool-use-delta': (writer, event) => writer.#toolDelta(event),
    'tool-use-end': (writer, event) => writer.#toolEnd(event),
    image: (writer, event) => writer.#image(event),
    'image-url': (writer, event) => writer.#image(event),
    'choice-end': (writer, event) => writer.#choiceEnd(event),
    usage: (writer, event) => writer.#frames.keepUsage(event.usage),
    'answer-end': (writer) => writer.#frames.end(),
  };

  readonly #context: WriterContext;
  readonly #frames: ChunkWriter;
  readonly #form: ToolForm;
  /** The tool calls of each choice that has begun. */
  readonly #choices = new Map<number, ToolCallWriter>();
  readonly #tokens = new HeldTokens();

  constructor(context: WriterContext) {
    this.#context = context;
    this.#frames = new ChunkWriter(kind, context);
    this.#form = toolFormOf(context.request);
  }

  push(event: CallEvent): string {
    if (this.#frames.isOver) return '';
    return this.#handle(event) ?? '';
  }

  fail(error: GatewayError): string {
    return this.#frames.fail(error);
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): string | undefined {
    return ChatFrameWriter.#handlers[event.type]?.(this, event);
  }

  #text({ choice, text }: EventOf<'text-delta'>): string {
    return this.#delta(choice, { content: text });
  }

  #logprobs(event: EventOf<'logprobs'>): string {
    this.#tokens.hold(event);
    return '';
  }

  #thinking({ choice, text }: EventOf<'thinking-delta'>): string {
    return this.#delta(choice, { reasoning_content: text });
  }

  #thinkingEnd({ choice, signature }: EventOf<'thinking-end'>): string {
    return signature === undefined ? '' : this.#detail(choice, writeSigned(signature));
  }

  #redacted({ choice, signature }: EventOf<'redacted-thinking'>): string {
    return this.#detail(choice, writeRedacted(signature));
  }

  #refusal({ choice, text }: EventOf<'refusal-delta'>): string {
    return this.#delta(choice, { refusal: text });
  }

  #image(event: EventOf<'image' | 'image-url'>): string {
    return this.#delta(0, { images: [writeImage(urlOfEvent(event), event.index)] });
  }

  /** Every choice begins with a chunk that says its role; official clients fail without (protocols T8). */
  #open(choice: number): string {
    if (this.#choices.has(choice)) return '';
    this.#choices.set(choice, new ToolCallWriter(this.#form, this.#context.warnings));
    return this.#frame(choice, { role: 'assistant', content: '', refusal: null }, null, null);
  }

  #toolCalls(choice: number): ToolCallWriter {
    return this.#choices.get(choice) ?? new ToolCallWriter(this.#form, this.#context.warnings);
  }

  #delta(choice: number, delta: WireDelta): string {
    return this.#open(choice) + this.#chunk(choice, delta, null);
  }

  #detail(choice: number, detail: JsonObject): string {
    return this.#delta(choice, { reasoning_details: [detail] });
  }

  #toolStart(event: EventOf<'tool-use-start'>): string {
    const opening = this.#open(event.choice);
    return opening + this.#call(event.choice, this.#toolCalls(event.choice).start(event));
  }

  #toolDelta(event: EventOf<'tool-use-delta'>): string {
    return this.#call(event.choice, this.#toolCalls(event.choice).more(event));
  }

  #toolEnd({ choice, id }: EventOf<'tool-use-end'>): string {
    return this.#calls(choice, this.#toolCalls(choice).end(id));
  }

  #call(choice: number, delta: WireDelta | undefined): string {
    return delta === undefined ? '' : this.#chunk(choice, delta, null);
  }

  #calls(choice: number, deltas: readonly WireDelta[]): string {
    return deltas.map((delta) => this.#chunk(choice, delta, null)).join('');
  }

  #choiceEnd({ choice, reason }: EventOf<'choice-end'>): string {
    warnOfPause(reason, this.#context.warnings);
    const opening = this.#open(choice);
    const owed = this.#calls(choice, this.#toolCalls(choice).endAll(isWholeEnd(reason)));
    return opening + owed + this.#chunk(choice, {}, writeFinishReason(reason, this.#form.isOld));
  }

  /** What is known of its tokens goes with it. */
  #chunk(index: number, delta: WireDelta, reason: WireFinishReason | null): string {
    const tokens = this.#tokens.take(index);
    const logprobs = delta.refusal ? writeLogprobs([], tokens) : writeLogprobs(tokens);
    return this.#frame(index, delta, logprobs, reason);
  }

  #frame(
    index: number,
    delta: WireDelta,
    logprobs: WireLogprobs | null,
    finish_reason: WireFinishReason | null,
  ): string {
    const choice: WireChunkChoice = { index, delta, logprobs, finish_reason };
    return this.#frames.chunk(choice);
  }
}
