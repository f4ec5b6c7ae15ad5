import type { Reasoning } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { effortAlone, effortOf } from '../reasoning-family/effort-of.ts';
import { modelTraits } from './model-traits.ts';
import { budgetOf, levelOf } from './thinking-table.ts';

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

function writeLevel(model: string, reasoning: Reasoning, warnings: Warnings): JsonObject {
  const wanted = effortAlone(reasoning, warnings);
  if (wanted === undefined) return {};
  const thinkingLevel = levelOf(model, wanted);
  const isOther = reasoning.effort !== undefined && thinkingLevel !== wanted.toUpperCase();
  if (wanted === 'none') warnings.changed(PARAM, 'cannot_be_turned_off');
  else if (isOther) warnings.changed(PARAM, 'nearest_of_model');
  return { thinkingLevel };
}

function writeBudget(
  model: string,
  reasoning: Reasoning,
  outputTokensMax: number | undefined,
  warnings: Warnings,
): JsonObject {
  const { budgetTokens, isAdaptive } = reasoning;
  const effort = effortOf(reasoning);
  if (effort === undefined) return isAdaptive === true ? { thinkingBudget: -1 } : {};
  const budget = budgetOf(model, budgetTokens ?? effort);
  tellBudget(reasoning, budget, warnings);
  return { thinkingBudget: withRoomToAnswer(model, budget, outputTokensMax, warnings) };
}

/** What is told: a word that became a number, and a number that is not the client's. */
function tellBudget(reasoning: Reasoning, budget: number, warnings: Warnings): void {
  const { budgetTokens } = reasoning;
  if (effortOf(reasoning) === 'none') {
    if (budget > 0) warnings.changed(PARAM, 'cannot_be_turned_off');
  } else if (budgetTokens === undefined) warnings.changed(PARAM, 'effort_as_budget');
  else if (budgetTokens !== budget) warnings.changed(PARAM, 'nearest_of_model');
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
