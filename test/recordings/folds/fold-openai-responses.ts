import { emptyFold, ended, type Finish, type Fold, type FoldedUsage, parsedArguments } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';

const incompletes: Readonly<Record<string, Finish>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

/** A whole response. */
export function foldOpenAiResponse(response: unknown): Fold {
  const fold = emptyFold();
  for (const item of listAt(response, 'output')) {
    for (const part of listAt(item, 'content')) addPart(fold, part);
    for (const part of listAt(item, 'summary')) fold.thinking += textAt(part, 'text');
    addCall(fold, item);
  }
  return closed(fold, response);
}

/**
 * The events of a stream. Items are known by their place alone: some servers give one item a new id in every event.
 * A tool use counts when it is done, in the order of the places.
 */
export function foldOpenAiResponsesStream(events: readonly unknown[]): Fold {
  const built = new BuiltResponse();
  for (const event of events) built.hear(event);
  return built.fold();
}

class BuiltResponse {
  readonly #fold = emptyFold();
  readonly #done = new Map<number, unknown>();
  readonly #streamedThoughts = new Set<number>();
  #last: unknown;

  hear(event: unknown): void {
    const type = textAt(event, 'type');
    if (type.endsWith('.delta')) this.#add(type, event);
    if (type === 'response.output_item.done') this.#done.set(placeOf(event), at(event, 'item'));
    if (type === 'error') this.#fold.error ??= errorAt(event) ?? (textAt(event, 'message') || 'an error');
    if (/^response\.(completed|incomplete|failed)$/.test(type)) this.#last = at(event, 'response');
  }

  #add(type: string, event: unknown): void {
    const delta = textAt(event, 'delta');
    if (type === 'response.output_text.delta') this.#fold.text += delta;
    if (type === 'response.refusal.delta') this.#fold.refusal += delta;
    if (type !== 'response.reasoning_summary_text.delta' && type !== 'response.reasoning_text.delta') return;
    this.#fold.thinking += delta;
    this.#streamedThoughts.add(placeOf(event));
  }

  fold(): Fold {
    for (const [place, item] of [...this.#done].sort(([a], [b]) => a - b)) {
      addCall(this.#fold, item);
      if (this.#streamedThoughts.has(place)) continue;
      for (const part of listAt(item, 'summary')) this.#fold.thinking += textAt(part, 'text');
    }
    return closed(this.#fold, this.#last);
  }
}

function placeOf(event: unknown): number {
  return numberAt(event, 'output_index') ?? 0;
}

function addPart(fold: Fold, part: unknown): void {
  const type = textAt(part, 'type');
  if (type === 'output_text') fold.text += textAt(part, 'text');
  if (type === 'refusal') fold.refusal += textAt(part, 'refusal');
  if (type === 'reasoning_text') fold.thinking += textAt(part, 'text');
}

/** What a free-form tool is given is one text; where there are only functions, it is the member `input`. */
function addCall(fold: Fold, item: unknown): void {
  const name = textAt(item, 'name');
  const type = textAt(item, 'type');
  if (type === 'function_call') {
    fold.toolCalls.push({ name, arguments: parsedArguments(textAt(item, 'arguments')) });
  }
  if (type === 'custom_tool_call') {
    fold.toolCalls.push({ name, arguments: { input: textAt(item, 'input') } });
  }
}

function closed(fold: Fold, response: unknown): Fold {
  const status = textAt(response, 'status');
  fold.usage = usageOf(at(response, 'usage'));
  fold.error ??= errorAt(response);
  if (status === 'failed') fold.error ??= 'it failed';
  if (status === 'completed') fold.finish = fold.refusal ? 'refusal' : 'stop';
  if (status === 'incomplete') {
    fold.finish = incompletes[textAt(response, 'incomplete_details', 'reason')] ?? 'length';
  }
  return ended(fold);
}

function usageOf(usage: unknown): FoldedUsage | undefined {
  const input = numberAt(usage, 'input_tokens');
  if (input === undefined) return undefined;
  return {
    input,
    output: numberAt(usage, 'output_tokens') ?? 0,
    cached: numberAt(usage, 'input_tokens_details', 'cached_tokens') ?? 0,
    reasoning: numberAt(usage, 'output_tokens_details', 'reasoning_tokens') ?? 0,
  };
}
