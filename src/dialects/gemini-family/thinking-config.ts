import type { Reasoning } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { modelTraits } from './model-traits.ts';
import { budgetOf, effortOfBudget, levelOf } from './thinking-table.ts';

const PARAM = 'reasoning_effort';

/** How much the model shall think, in the way this model is told (protocols 10.6); undefined = nothing was said. */
export function writeThinking(
  model: string,
  reasoning: Reasoning | undefined,
  outputTokensMax: number | undefined,
  warnings: Warnings,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const { thinking } = modelTraits(model);
  if (thinking === 'none') return tellDropped(reasoning, warnings);
  const amount =
    thinking === 'level'
      ? writeLevel(model, reasoning, warnings)
      : writeBudget(model, reasoning, outputTokensMax, warnings);
  const isShown = reasoning.showsThoughts !== false && reasoning.effort !== 'none';
  const config = { ...amount, ...(isShown && { includeThoughts: true }) };
  return Object.keys(config).length === 0 ? undefined : config;
}

/** A model that never thinks does as it is told when told not to. */
function tellDropped({ effort, budgetTokens, isAdaptive }: Reasoning, warnings: Warnings): undefined {
  const isAsked = effort !== undefined || budgetTokens !== undefined || isAdaptive === true;
  if (isAsked && effort !== 'none') warnings.dropped(PARAM);
  return undefined;
}

function writeLevel(model: string, { effort, budgetTokens }: Reasoning, warnings: Warnings): JsonObject {
  const wanted = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  if (wanted === undefined) return {};
  if (wanted === 'none') warnings.changed(PARAM, 'cannot_be_turned_off');
  return { thinkingLevel: levelOf(model, wanted) };
}

function writeBudget(
  model: string,
  reasoning: Reasoning,
  outputTokensMax: number | undefined,
  warnings: Warnings,
): JsonObject {
  const { effort, isAdaptive } = reasoning;
  const wanted = reasoning.budgetTokens ?? effort;
  if (wanted === undefined) return isAdaptive === true ? { thinkingBudget: -1 } : {};
  const budget = budgetOf(model, wanted);
  if (effort === 'none' && budget > 0) warnings.changed(PARAM, 'cannot_be_turned_off');
  return { thinkingBudget: withRoomToAnswer(model, budget, outputTokensMax, warnings) };
}

/** Thoughts count as output: a budget as large as the limit would leave nothing for the answer (protocols 10.5). */
function withRoomToAnswer(
  model: string,
  budget: number,
  outputTokensMax: number | undefined,
  warnings: Warnings,
): number {
  if (budget === 0 || outputTokensMax === undefined || budget < outputTokensMax) return budget;
  warnings.changed(PARAM, 'budget_over_limit');
  return budgetOf(model, Math.max(1, Math.floor(outputTokensMax / 2)));
}
