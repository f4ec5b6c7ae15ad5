import { emptyFold, ended, type Fold } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';

/** Chunks of a text completion, or the one whole answer. */
export function foldOpenAiCompletions(payloads: readonly unknown[]): Fold {
  const fold = emptyFold();
  for (const payload of payloads) {
    fold.error ??= errorAt(payload);
    const choice = listAt(payload, 'choices')[0];
    fold.text += textAt(choice, 'text');
    const reason = textAt(choice, 'finish_reason');
    if (reason) fold.finish = reason === 'length' ? 'length' : reason === 'stop' ? 'stop' : 'content-filter';
    const usage = at(payload, 'usage');
    const input = numberAt(usage, 'prompt_tokens');
    if (input === undefined) continue;
    const output = numberAt(usage, 'completion_tokens') ?? 0;
    const cached = numberAt(usage, 'prompt_tokens_details', 'cached_tokens') ?? 0;
    fold.usage = { input, output, cached, reasoning: 0 };
  }
  return ended(fold);
}
