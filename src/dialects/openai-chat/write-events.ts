import type { CallEvent, EventOf } from '../../model/call-event.ts';
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

/** Writes a stream as OpenAI does (protocols 2.4), down to the members that are always null. */
export class ChatFrameWriter implements FrameWriter {
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
    switch (event.type) {
      case 'answer-start':
        return this.#open(0);
      case 'text-delta':
        return this.#delta(event.choice, { content: event.text });
      case 'logprobs':
        this.#tokens.hold(event);
        return '';
      case 'thinking-delta':
        return this.#delta(event.choice, { reasoning_content: event.text });
      case 'thinking-end':
        return event.signature === undefined ? '' : this.#detail(event.choice, writeSigned(event.signature));
      case 'redacted-thinking':
        return this.#detail(event.choice, writeRedacted(event.signature));
      case 'refusal-delta':
        return this.#delta(event.choice, { refusal: event.text });
      case 'tool-use-start':
        return this.#toolStart(event);
      case 'tool-use-delta':
        return this.#call(event.choice, this.#toolCalls(event.choice).more(event));
      case 'tool-use-end':
        return this.#calls(event.choice, this.#toolCalls(event.choice).end(event.id));
      case 'image':
      case 'image-url':
        return this.#delta(0, { images: [writeImage(urlOfEvent(event), event.index)] });
      case 'choice-end':
        return this.#choiceEnd(event);
      case 'usage':
        return this.#frames.keepUsage(event.usage);
      case 'answer-end':
        return this.#frames.end();
      default:
        // Vectors have no place in a chat, and nobody need know how long a model took to load.
        return '';
    }
  }

  fail(error: GatewayError): string {
    return this.#frames.fail(error);
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
