import { emptyFold, ended, type Fold, parsedArguments } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';

/** The lines of a stream, or the one whole answer: a whole answer is a last line that says it all. */
export function foldOllamaChat(lines: readonly unknown[]): Fold {
  const fold = emptyFold();
  for (const line of lines) {
    fold.error ??= errorAt(line);
    fold.text += textAt(line, 'message', 'content');
    fold.thinking += textAt(line, 'message', 'thinking');
    for (const call of listAt(line, 'message', 'tool_calls')) {
      const given = at(call, 'function', 'arguments') ?? {};
      const name = textAt(call, 'function', 'name');
      fold.toolCalls.push({ name, arguments: typeof given === 'string' ? parsedArguments(given) : given });
    }
    if (at(line, 'done') === true) close(fold, line);
  }
  return ended(fold);
}

/** Counts of nothing are left out. */
function close(fold: Fold, line: unknown): void {
  fold.finish = textAt(line, 'done_reason') === 'length' ? 'length' : 'stop';
  const input = numberAt(line, 'prompt_eval_count');
  const output = numberAt(line, 'eval_count');
  if (input === undefined && output === undefined) return;
  fold.usage = { input: input ?? 0, output: output ?? 0, cached: 0, reasoning: 0 };
}
