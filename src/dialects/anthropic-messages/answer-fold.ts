import type { CallEvent, EventOf } from '../../model/call-event.ts';
import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { AnswerBlocks } from './answer-blocks.ts';
import { type WireStopReason, writeStopReason } from './finish-reason.ts';
import { type WireUsage, writeUsage } from './usage.ts';
import type { WireMessage } from './wire.ts';

/** What has been said so far, for both forms an answer can take. This dialect has one answer: only choice 0 is written. */
export class AnswerFold {
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
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.blocks.text(event.text);
        break;
      case 'thinking-delta':
        this.blocks.thinking(event.text);
        break;
      case 'thinking-end':
        this.blocks.thinkingEnd(event.signature);
        break;
      case 'redacted-thinking':
        this.blocks.redacted(event.signature);
        break;
      case 'tool-use-start':
        this.blocks.toolStart(event);
        break;
      case 'tool-use-delta':
        this.blocks.toolDelta(event);
        break;
      case 'tool-use-end':
        this.blocks.toolEnd(event.id);
        break;
      case 'choice-end':
        this.#choiceEnd(event);
        break;
      default:
        this.#aside(event);
    }
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

  #choiceEnd({ reason, stopText }: EventOf<'choice-end'>): void {
    this.#reason = writeStopReason(reason);
    this.#stopText = reason === 'stop-text' ? (stopText ?? null) : null;
  }

  #aside(event: CallEvent): void {
    if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'image' || event.type === 'image-url') this.#context.warnings.dropped('image');
  }
}
