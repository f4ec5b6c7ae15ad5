import type { CallEvent } from '../model/call-event.ts';
import type { TimedEvent } from '../providers/provider.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { House } from './house.ts';

/** Answers that need no backend, as events like all others. */

/** A count of tokens by what this model's own reports have taught: an estimate, and said to be one. */
export function estimatedCount(house: House, plan: AnswerPlan): TimedEvent[] {
  plan.warnings.estimated('input_tokens', 'counted_by_bytes');
  const inputTokens = house.estimator.tokensOf(plan.model, plan.context.request);
  return answered(plan, { inputTokens, outputTokens: 0 });
}

/** To a question without a message: nothing was asked, so nothing is said. */
export function emptyAnswer(plan: AnswerPlan): TimedEvent[] {
  return answered(plan, { inputTokens: 0, outputTokens: 0 });
}

/** A prompt the backend would not take, for clients whose dialect has an answer for that and no error. */
export function blockedAnswer(plan: AnswerPlan): TimedEvent[] {
  return inTurn([
    { type: 'answer-start', model: plan.model, createdS: plan.context.createdS },
    { type: 'prompt-blocked', word: 'OTHER' },
    { type: 'choice-end', choice: 0, reason: 'content-filter' },
    { type: 'answer-end' },
  ]);
}

function answered(plan: AnswerPlan, usage: { inputTokens: number; outputTokens: number }): TimedEvent[] {
  return inTurn([
    { type: 'answer-start', model: plan.model, createdS: plan.context.createdS },
    { type: 'usage', usage },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ]);
}

function inTurn(events: readonly CallEvent[]): TimedEvent[] {
  return events.map((event) => ({ event, waitMs: 0 }));
}
