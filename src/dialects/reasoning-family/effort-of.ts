import type { Effort, Reasoning } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';

/** Thinking tokens and the word that stands for them, least first. The numbers are our choice (protocols 10.6). */
const words: readonly (readonly [tokensMax: number, effort: Effort])[] = [
  [0, 'none'],
  [1024, 'low'],
  [8192, 'medium'],
  [24_576, 'high'],
  [Number.POSITIVE_INFINITY, 'xhigh'],
];

/** How much thinking is meant, as a word; undefined = the model decides. */
export function effortOf({ effort, budgetTokens }: Reasoning): Effort | undefined {
  if (effort !== undefined || budgetTokens === undefined) return effort;
  return words.find(([tokensMax]) => budgetTokens <= tokensMax)?.[1];
}

/** The same where the backend is told in words alone: a number of tokens that is lost with that is told. */
export function effortAlone(reasoning: Reasoning, warnings: Warnings): Effort | undefined {
  if (reasoning.budgetTokens) warnings.changed('reasoning_effort', 'budget_as_effort');
  return effortOf(reasoning);
}
