import type { Effort, Reasoning } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { WireThinking } from './wire.ts';

/** Thinking tokens for each word (protocols 10.6, our choice); no number: as many as the model likes. */
const budgets: Readonly<Record<Exclude<Effort, 'none'>, number | undefined>> = {
  minimal: 512,
  low: 1024,
  medium: 4096,
  high: 8192,
  xhigh: undefined,
  max: undefined,
};

/** How much the model shall think; nothing, if nothing was said or the amount was left to the model. */
export function writeThinking(
  reasoning: Reasoning | undefined,
  warnings: Warnings,
): WireThinking | undefined {
  const budget = reasoning?.budgetTokens;
  if (budget !== undefined && budget >= 0) return budget === 0 ? { type: 'disabled' } : enabled(budget);
  const effort = reasoning?.effort;
  if (effort === undefined) return undefined;
  if (effort === 'none') return { type: 'disabled' };
  const tokens = budgets[effort];
  if (tokens !== undefined) warnings.changed('reasoning_effort', 'effort_as_budget');
  return enabled(tokens);
}

function enabled(budget: number | undefined): WireThinking {
  return budget === undefined ? { type: 'enabled' } : { type: 'enabled', token_budget: budget };
}
