import type { Effort, Reasoning } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** Thinking tokens and the word that stands for them, least first (protocols 10.6). */
const words: readonly (readonly [tokensMax: number, effort: Effort])[] = [
  [0, 'none'],
  [1024, 'low'],
  [8192, 'medium'],
  [24_576, 'high'],
  [Number.POSITIVE_INFINITY, 'xhigh'],
];

const efforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** How much thinking is meant, as a word; undefined = the model decides. */
export function effortOf({ effort, budgetTokens }: Reasoning): Effort | undefined {
  if (effort !== undefined || budgetTokens === undefined) return effort;
  return words.find(([tokensMax]) => budgetTokens <= tokensMax)?.[1];
}

/** OpenAI's reasoning models before gpt-5.1 always think, and refuse to be told not to. */
const alwaysThinking = /^(?:o\d|gpt-5(?!\.))/;

/** The same, as this model can be told it: the least there is where it cannot be turned off (protocols 10.6). */
export function effortFor(model: string, reasoning: Reasoning, warnings: Warnings): Effort | undefined {
  const effort = effortOf(reasoning);
  if (effort !== 'none' || !alwaysThinking.test(model.slice(model.lastIndexOf('/') + 1))) return effort;
  warnings.changed('reasoning_effort', 'cannot_be_turned_off');
  return 'low';
}

/** The word if it is one of those there are. */
export function asEffort(word: JsonValue | undefined): Effort | undefined {
  return typeof word === 'string' && efforts.has(word) ? (word as Effort) : undefined;
}
