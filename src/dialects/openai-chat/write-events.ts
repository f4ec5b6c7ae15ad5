import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { ChunkWriter } from '../openai-family/chunk-writer.ts';
import { writeFinishReason } from './finish-reason.ts';
import { wantsOldForm } from './old-form.ts';
import type { WireChunkChoice, WireDelta, WireFinishReason } from './wire.ts';

type EventOf<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>;

const kind = { idPrefix: 'chatcmpl-', object: 'chat.completion.chunk' };

/** Writes a stream as OpenAI does (protocols 2.4), down to the members that are always null. */
export class ChatFrameWriter implements FrameWriter {
  readonly #frames: ChunkWriter;
  readonly #isOldForm: boolean;
  /** Per choice, the ids of its tool calls in the order they began: a call's place is its index. */
  readonly #toolIds = new Map<number, string[]>();

  constructor(context: WriterContext) {
    this.#frames = new ChunkWriter(kind, context);
    this.#isOldForm = wantsOldForm(context.request);
  }

  push(event: CallEvent): string {
    if (this.#frames.isOver) return '';
    switch (event.type) {
      case 'answer-start':
        return this.#open(0);
      case 'text-delta':
        return this.#delta(event.choice, { content: event.text });
      case 'thinking-delta':
        return this.#delta(event.choice, { reasoning_content: event.text });
      case 'refusal-delta':
        return this.#delta(event.choice, { refusal: event.text });
      case 'tool-use-start':
        return this.#toolStart(event);
      case 'tool-use-delta':
        return this.#toolDelta(event);
      case 'choice-end':
        return this.#choiceEnd(event.choice, event.reason);
      case 'usage':
        return this.#frames.keepUsage(event.usage);
      case 'answer-end':
        return this.#frames.end();
      case 'error':
        return this.#frames.error(event);
      default:
        // Vectors and pictures have no place in a chat.
        return '';
    }
  }

  /** Every choice begins with a chunk that says its role; official clients fail without (protocols T8). */
  #open(choice: number): string {
    if (this.#toolIds.has(choice)) return '';
    this.#toolIds.set(choice, []);
    return this.#chunk(choice, { role: 'assistant', content: '', refusal: null }, null);
  }

  #delta(choice: number, delta: WireDelta): string {
    return this.#open(choice) + this.#chunk(choice, delta, null);
  }

  #toolStart({ choice, id, name }: EventOf<'tool-use-start'>): string {
    const opening = this.#open(choice);
    const ids = this.#toolIds.get(choice) ?? [];
    const index = ids.push(id) - 1;
    if (this.#isOldForm) return opening + this.#functionCall(choice, index, { name, arguments: '' });
    const call = { index, id, type: 'function', function: { name, arguments: '' } } as const;
    return opening + this.#chunk(choice, { tool_calls: [call] }, null);
  }

  #toolDelta({ choice, id, arguments: text }: EventOf<'tool-use-delta'>): string {
    const index = this.#toolIds.get(choice)?.lastIndexOf(id) ?? -1;
    if (index < 0) return '';
    if (this.#isOldForm) return this.#functionCall(choice, index, { arguments: text });
    return this.#chunk(choice, { tool_calls: [{ index, function: { arguments: text } }] }, null);
  }

  /** The old form holds one call; a second has nowhere to go. */
  #functionCall(choice: number, index: number, call: { name?: string; arguments: string }): string {
    return index === 0 ? this.#chunk(choice, { function_call: call }, null) : '';
  }

  #choiceEnd(choice: number, reason: FinishReason): string {
    return this.#open(choice) + this.#chunk(choice, {}, writeFinishReason(reason, this.#isOldForm));
  }

  #chunk(index: number, delta: WireDelta, reason: WireFinishReason | null): string {
    const choice: WireChunkChoice = { index, delta, logprobs: null, finish_reason: reason };
    return this.#frames.chunk(choice);
  }
}
