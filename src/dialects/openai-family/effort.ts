import type { Effort, Reasoning } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';

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

/** The word if it is one of those there are. */
export function asEffort(word: JsonValue | undefined): Effort | undefined {
  return typeof word === 'string' && efforts.has(word) ? (word as Effort) : undefined;
}
