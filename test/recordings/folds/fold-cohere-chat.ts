import { emptyFold, ended, type Finish, type Fold, type FoldedUsage, parsedArguments } from './fold.ts';
import { at, listAt, numberAt, textAt } from './loose.ts';

const finishes: Readonly<Record<string, Finish>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-text',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-use',
};

/** A whole answer. The plan is what the model says before it calls its tools, so it comes first. */
export function foldCohereChat(answer: unknown): Fold {
  const fold = emptyFold();
  fold.text = textAt(answer, 'message', 'tool_plan');
  for (const part of listAt(answer, 'message', 'content')) {
    fold.text += textAt(part, 'text');
    fold.thinking += textAt(part, 'thinking');
  }
  for (const call of listAt(answer, 'message', 'tool_calls')) {
    const text = textAt(call, 'function', 'arguments');
    fold.toolCalls.push({ name: textAt(call, 'function', 'name'), arguments: parsedArguments(text) });
  }
  return closed(fold, answer);
}

export function foldCohereChatStream(events: readonly unknown[]): Fold {
  const fold = emptyFold();
  const calls = new Map<number, { name: string; text: string }>();
  let last: unknown;
  for (const event of events) {
    const type = textAt(event, 'type');
    const message = at(event, 'delta', 'message');
    const call = at(message, 'tool_calls', 'function');
    const index = numberAt(event, 'index') ?? 0;
    if (type === 'tool-plan-delta') fold.text += textAt(message, 'tool_plan');
    if (type === 'content-start' || type === 'content-delta') {
      fold.text += textAt(message, 'content', 'text');
      fold.thinking += textAt(message, 'content', 'thinking');
    }
    if (type === 'tool-call-start')
      calls.set(index, { name: textAt(call, 'name'), text: textAt(call, 'arguments') });
    const open = calls.get(index);
    if (type === 'tool-call-delta' && open) open.text += textAt(call, 'arguments');
    if (type === 'message-end') last = at(event, 'delta');
  }
  fold.toolCalls = [...calls.values()].map(({ name, text }) => ({ name, arguments: parsedArguments(text) }));
  return closed(fold, last);
}

function closed(fold: Fold, end: unknown): Fold {
  const reason = textAt(end, 'finish_reason');
  fold.finish = finishes[reason];
  if (reason && !fold.finish) fold.error = reason;
  fold.usage = usageOf(at(end, 'usage'));
  return ended(fold);
}

/** What the model saw; what is billed is less. */
function usageOf(usage: unknown): FoldedUsage | undefined {
  const counts = at(usage, 'tokens') ?? at(usage, 'billed_units');
  const input = numberAt(counts, 'input_tokens');
  if (input === undefined) return undefined;
  const output = numberAt(counts, 'output_tokens') ?? 0;
  return { input, output, cached: numberAt(usage, 'cached_tokens') ?? 0, reasoning: 0 };
}
