import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { HeardError } from '../dialect.ts';
import { FreeIds } from '../tool-use-family/free-ids.ts';
import { blockReader } from './block-reader.ts';
import type { BlockReader } from './content-block.ts';
import { readStopReason } from './finish-reason.ts';
import { UsageReports } from './usage.ts';

/** Turns the events of one message into ours, whoever sends them: a stream, or a whole answer replayed. */
export class MessageReader {
  readonly #warnings: Warnings;
  readonly #usage = new UsageReports();
  readonly #toolIds = new FreeIds();
  readonly #open = new Map<number, BlockReader>();
  #messageId: string | undefined;
  #hasStarted = false;
  #hasContent = false;
  #hasToolUse = false;
  #stopReason: string | undefined;
  #stopText: string | undefined;
  #explanation: string | undefined;
  #isOver = false;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A second beginning is a known slip, and means nothing; or two answers were glued together. */
  messageStart(message: JsonObject): CallEvent[] {
    const id = stringMember(message, 'id') || undefined;
    if (this.#hasStarted) return id === this.#messageId || !this.#hasContent ? [] : this.#splice(id);
    this.#messageId = id;
    this.#stopReason = stringMember(message, 'stop_reason') || undefined;
    return [
      ...this.#start(stringMember(message, 'model') ?? ''),
      ...this.#takeUsage(message),
      ...this.#wholeBlocks(message),
    ];
  }

  blockStart(index: number, block: JsonObject): CallEvent[] {
    const reader = blockReader(block, index, { warnings: this.#warnings, toolIds: this.#toolIds });
    const events = [...this.#start(''), ...this.blockStop(index)];
    this.#open.set(index, reader);
    this.#hasContent = true;
    this.#hasToolUse ||= reader.isToolUse;
    return [...events, ...reader.start()];
  }

  /** A copy that never says a block begins is understood by what it sends. */
  blockDelta(index: number, delta: JsonObject): CallEvent[] {
    const reader = this.#open.get(index);
    if (reader !== undefined) return reader.delta(delta);
    if (delta['type'] === 'text_delta')
      return [...this.blockStart(index, { type: 'text' }), ...this.#again(index, delta)];
    if (delta['type'] === 'thinking_delta') {
      return [...this.blockStart(index, { type: 'thinking' }), ...this.#again(index, delta)];
    }
    this.#warnings.dropped('content_block_delta', 'block_never_began');
    return [];
  }

  blockStop(index: number): CallEvent[] {
    const reader = this.#open.get(index);
    this.#open.delete(index);
    return reader?.stop() ?? [];
  }

  messageDelta(event: JsonObject): CallEvent[] {
    const delta = objectMember(event, 'delta') ?? {};
    this.#stopReason = stringMember(delta, 'stop_reason') || this.#stopReason;
    this.#stopText = stringMember(delta, 'stop_sequence') || this.#stopText;
    const details = objectMember(delta, 'stop_details');
    if (details?.['type'] === 'refusal')
      this.#explanation = stringMember(details, 'explanation') || undefined;
    return [...this.#start(''), ...this.#takeUsage(event)];
  }

  messageStop(): CallEvent[] {
    if (!this.#hasStarted) return this.fail({ message: 'the backend ended its answer before it began' });
    const events = this.#closeBlocks();
    if (this.#stopReason === undefined) this.#warnings.changed('stop_reason', 'missing');
    if (this.#explanation !== undefined) {
      events.push({ type: 'refusal-delta', choice: 0, text: this.#explanation });
    }
    this.#isOver = true;
    const ending: CallEvent = {
      type: 'choice-end',
      choice: 0,
      reason: this.#reason(),
      stopText: this.#stopText,
    };
    return [...events, ending, { type: 'answer-end' }];
  }

  /** The bytes are over. An answer that gave its reason to stop is whole, though its last word is missing. */
  end(): CallEvent[] {
    if (this.#isOver) return [];
    if (this.#stopReason !== undefined) return this.messageStop();
    return this.fail({ message: "the backend's stream ended before the answer was complete" });
  }

  fail(error: HeardError): CallEvent[] {
    this.#isOver = true;
    const { message, code, type, meaning } = error;
    return [{ type: 'error', message, code, backendType: type, meaning }];
  }

  /** A whole answer has its blocks here; a stream has them too where the backend had the answer ready (a tool's own call). */
  #wholeBlocks(message: JsonObject): CallEvent[] {
    const blocks = arrayMember(message, 'content') ?? [];
    return blocks.flatMap((block, index) =>
      isJsonObject(block) ? [...this.blockStart(index, block), ...this.blockStop(index)] : [],
    );
  }

  #start(model: string): CallEvent[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [{ type: 'answer-start', id: this.#messageId, model }];
  }

  /**
   * Text of two answers can stand in a row. A tool use of the first cannot be taken back, and its arguments
   * may be cut: to run it would be worse than to fail.
   */
  #splice(id: string | undefined): CallEvent[] {
    if (this.#hasToolUse)
      return this.fail({ message: 'the backend began a second answer inside its stream' });
    this.#messageId = id;
    this.#warnings.changed('content', 'two_answers_in_one_stream');
    return this.#closeBlocks();
  }

  #again(index: number, delta: JsonObject): CallEvent[] {
    return this.#open.get(index)?.delta(delta) ?? [];
  }

  #closeBlocks(): CallEvent[] {
    return [...this.#open.keys()].flatMap((index) => this.blockStop(index));
  }

  #takeUsage(holder: JsonObject): CallEvent[] {
    const reported = holder['usage'];
    if (!isJsonObject(reported)) return [];
    this.#usage.take(reported);
    const usage = this.#usage.usage;
    return usage === undefined ? [] : [{ type: 'usage', usage }];
  }

  /** A tool use wins over a natural end, whatever a copy says; where all there was is the answer in JSON, that is one. */
  #reason(): ReturnType<typeof readStopReason> {
    const reason = readStopReason(this.#stopReason ?? 'end_turn');
    if (reason === 'stop' && this.#hasToolUse) return 'tool-use';
    return reason === 'tool-use' && !this.#hasToolUse ? 'stop' : reason;
  }
}
