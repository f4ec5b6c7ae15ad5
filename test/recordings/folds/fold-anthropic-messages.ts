import { emptyFold, ended, type Finish, type Fold, type FoldedUsage, parsedArguments } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';

const finishes: Readonly<Record<string, Finish>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-text',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-full',
  tool_use: 'tool-use',
  refusal: 'refusal',
  pause_turn: 'pause',
};

type Members = Record<string, unknown>;

/** A whole message. */
export function foldAnthropicMessage(message: unknown): Fold {
  const fold = emptyFold();
  fold.error = errorAt(message);
  for (const block of listAt(message, 'content')) {
    const type = textAt(block, 'type');
    if (type === 'text') fold.text += textAt(block, 'text');
    if (type === 'thinking') fold.thinking += textAt(block, 'thinking');
    if (type === 'tool_use') {
      fold.toolCalls.push({ name: textAt(block, 'name'), arguments: at(block, 'input') ?? {} });
    }
  }
  fold.usage = usageOf(countsOf(at(message, 'usage')));
  fold.finish = finishes[textAt(message, 'stop_reason')];
  return ended(fold);
}

/** The events of a stream: every block is built first, as a whole message has it. */
export function foldAnthropicStream(events: readonly unknown[]): Fold {
  const built = new BuiltMessage();
  for (const event of events) built.hear(event);
  return built.fold();
}

class BuiltMessage {
  readonly #blocks = new Map<number, Members>();
  #usage: Members = {};
  #error: string | undefined;
  #stopReason: unknown;
  #isOver = false;

  hear(event: unknown): void {
    const type = textAt(event, 'type');
    const index = numberAt(event, 'index') ?? 0;
    if (type === 'message_start') this.#start(at(event, 'message'));
    if (type === 'content_block_start')
      this.#blocks.set(index, { ...(at(event, 'content_block') as Members) });
    if (type === 'content_block_delta') addDelta(this.#blocks.get(index), at(event, 'delta'));
    if (type === 'message_delta') this.#change(event);
    if (type === 'message_stop') this.#isOver = true;
    if (type === 'error') this.#error ??= errorAt(event);
  }

  /**
   * The same beginning twice is a stutter; a beginning in the middle of another answer is two answers in one. Where
   * the tools of a program are called, the whole message stands in its beginning.
   */
  #start(message: unknown): void {
    if (this.#blocks.size > 0) this.#error ??= 'two messages in one stream';
    this.#usage = countsOf(at(message, 'usage'));
    this.#stopReason = at(message, 'stop_reason');
    listAt(message, 'content').forEach((block, index) => {
      this.#blocks.set(index, { ...(block as Members) });
    });
  }

  #change(event: unknown): void {
    this.#usage = { ...this.#usage, ...countsOf(at(event, 'usage')) };
    this.#stopReason = at(event, 'delta', 'stop_reason') ?? this.#stopReason;
  }

  fold(): Fold {
    const fold = foldAnthropicMessage({
      content: [...this.#blocks.values()].map(withInput),
      stop_reason: this.#isOver ? this.#stopReason : undefined,
      usage: this.#usage,
    });
    fold.error = this.#error ?? fold.error;
    return fold;
  }
}

function addDelta(block: Members | undefined, delta: unknown): void {
  if (!block) return;
  const type = textAt(delta, 'type');
  if (type === 'text_delta') block['text'] = textAt(block, 'text') + textAt(delta, 'text');
  if (type === 'thinking_delta') block['thinking'] = textAt(block, 'thinking') + textAt(delta, 'thinking');
  if (type === 'input_json_delta') block['json'] = textAt(block, 'json') + textAt(delta, 'partial_json');
}

/** What came in pieces replaces the empty object a tool use starts with. */
function withInput(block: Members): Members {
  const json = textAt(block, 'json');
  return json ? { ...block, input: parsedArguments(json) } : block;
}

/** A count that is null says nothing, and does not replace one that did. */
function countsOf(usage: unknown): Members {
  const entries = Object.entries((usage ?? {}) as Members);
  return Object.fromEntries(entries.filter(([, count]) => count !== null && count !== undefined));
}

function usageOf(usage: Members): FoldedUsage | undefined {
  const uncached = numberAt(usage, 'input_tokens');
  if (uncached === undefined) return undefined;
  const cached = numberAt(usage, 'cache_read_input_tokens') ?? 0;
  return {
    input: uncached + cached + (numberAt(usage, 'cache_creation_input_tokens') ?? 0),
    output: numberAt(usage, 'output_tokens') ?? 0,
    cached,
    reasoning: numberAt(usage, 'output_tokens_details', 'thinking_tokens') ?? 0,
  };
}
