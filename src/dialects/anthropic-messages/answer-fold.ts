import type { CallEvent, EventHandlers, EventOf } from '../../model/call-event.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { AnswerBlocks } from './answer-blocks.ts';
import { type WireStopReason, writeStopReason } from './finish-reason.ts';
import { type WireUsage, writeUsage } from './usage.ts';
import type { WireMessage } from './wire.ts';

/** What is done for each kind of event. */
type Handlers = EventHandlers<AnswerFold, void>;

/** What has been said so far, for both forms an answer can take. This dialect has one answer: only choice 0 is written. */
export class AnswerFold {
  static readonly #handlers: Handlers = {
    'refusal-delta': (fold, event) => fold.blocks.text(event.text),
    'thinking-delta': (fold, event) => fold.blocks.thinking(event.text),
    'thinking-end': (fold, event) => fold.blocks.thinkingEnd(event.signature),
    'redacted-thinking': (fold, event) => fold.blocks.redacted(event.signature),
    'tool-use-start': (fold, event) => fold.blocks.toolStart(event),
    'tool-use-delta': (fold, event) => fold.blocks.toolDelta(event),
    'tool-use-end': (fold, event) => fold.blocks.toolEnd(event.id),
    'choice-end': (fold, event) => fold.#choiceEnd(event),
    usage: (fold, event) => fold.#keepUsage(event),
    image: (fold) => fold.#dropImage(),
    'image-url': (fold) => fold.#dropImage(),
  };

  readonly blocks: AnswerBlocks;
  readonly #context: WriterContext;
  #usage: Usage | undefined;
  #reason: WireStopReason = 'end_turn';
  #stopText: string | null = null;

  constructor(context: WriterContext) {
    this.#context = context;
    this.blocks = new AnswerBlocks(context.warnings);
  }

  push(event: CallEvent): void {
    if ('choice' in event && event.choice !== 0) {
      this.#context.warnings.dropped('n', 'one_answer_only');
      return;
    }
    // Most events are text, and a look into the table would cost a fold a good part of its time.
    if (event.type === 'text-delta') this.blocks.text(event.text);
    else this.#handle(event);
  }

  /** The message around its content, before anything has been said. */
  head(): WireMessage {
    return this.message([], null, {
      input_tokens: this.#context.inputTokensEstimate,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    });
  }

  message(content: WireMessage['content'], reason: WireStopReason | null, usage: WireUsage): WireMessage {
    return {
      id: `msg_${this.#context.requestId.replace(/[^A-Za-z0-9]/g, '')}`,
      type: 'message',
      role: 'assistant',
      model: this.#context.model,
      content,
      stop_reason: reason,
      stop_sequence: reason === null ? null : this.#stopText,
      stop_details: null,
      container: null,
      usage,
    };
  }

  get reason(): WireStopReason {
    return this.#reason;
  }

  get stopText(): string | null {
    return this.#stopText;
  }

  /** Clients fail without usage; where nobody counted, the estimate stands in, and says so (protocols 10.7). */
  usage(): WireUsage {
    if (this.#usage !== undefined) return writeUsage(this.#usage);
    this.#context.warnings.estimated('usage', 'not_reported_by_backend');
    return writeUsage({ inputTokens: this.#context.inputTokensEstimate, outputTokens: 0 });
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): void {
    AnswerFold.#handlers[event.type]?.(this, event);
  }

  #choiceEnd({ reason, stopText }: EventOf<'choice-end'>): void {
    this.#reason = writeStopReason(reason);
    this.#stopText = reason === 'stop-text' ? (stopText ?? null) : null;
  }

  #keepUsage({ usage }: EventOf<'usage'>): void {
    this.#usage = usage;
  }

  #dropImage(): void {
    this.#context.warnings.dropped('image');
  }
}
