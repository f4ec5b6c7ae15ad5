import type { GenerationCall, Reasoning } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { effortFor } from '../openai-family/effort.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { effortAlone, effortOf } from '../reasoning-family/effort-of.ts';
import type { WireQuirks } from '../wire-quirks.ts';

type Switch = (reasoning: Reasoning, warnings: Warnings, model: string) => JsonObject;

/** How thinking is turned up and down, by the server's way of it (protocols 10.6). */
const switches: Readonly<Record<WireQuirks['reasoningSwitch'], Switch>> = {
  reasoning_effort: (reasoning, warnings, model) => ({
    reasoning_effort: effortFor(model, reasoning, warnings),
  }),
  reasoning: (reasoning, warnings) => ({ reasoning: asObject(reasoning, warnings) }),
  enable_thinking: (reasoning, warnings) => ({
    enable_thinking: isOn(reasoning, warnings),
    thinking_budget: reasoning.budgetTokens || undefined,
  }),
  chat_template_kwargs: (reasoning, warnings) => {
    const isThinking = isOn(reasoning, warnings);
    if (isThinking && reasoning.budgetTokens) tellOnlyOnOrOff(warnings);
    return isThinking === undefined ? {} : { chat_template_kwargs: { enable_thinking: isThinking } };
  },
  none: dropped,
};

export function writeReasoning(
  { reasoning, model }: GenerationCall,
  { quirks, warnings }: Writing,
): JsonObject {
  return reasoning === undefined ? {} : switches[quirks.reasoningSwitch](reasoning, warnings, model);
}

/** OpenRouter's form: a word, a number, or just that there shall be some. */
function asObject(reasoning: Reasoning, warnings: Warnings): JsonObject | undefined {
  const { budgetTokens, isAdaptive, showsThoughts } = reasoning;
  const effort = reasoning.effort === undefined ? undefined : effortAlone(reasoning, warnings);
  const exclude = showsThoughts === false ? true : undefined;
  const amount = effort === undefined ? asBudget(budgetTokens) : { effort };
  const asked = withoutUndefined({ ...(amount ?? (isAdaptive ? { enabled: true } : {})), exclude });
  return Object.keys(asked).length === 0 ? undefined : asked;
}

function asBudget(budgetTokens: number | undefined): JsonObject | undefined {
  if (budgetTokens === undefined) return undefined;
  return budgetTokens === 0 ? { effort: 'none' } : { max_tokens: budgetTokens };
}

/** A switch with two positions loses how much was wanted. */
function isOn(reasoning: Reasoning, warnings: Warnings): boolean | undefined {
  const effort = effortOf(reasoning);
  if (effort === undefined) return reasoning.isAdaptive;
  if (effort === 'none') return false;
  if (reasoning.effort !== undefined) tellOnlyOnOrOff(warnings);
  return true;
}

function tellOnlyOnOrOff(warnings: Warnings): void {
  warnings.changed('reasoning_effort', 'only_on_or_off');
}

/** Not to think is all a server without the switch can do: that needs no warning. */
function dropped(reasoning: Reasoning, warnings: Warnings): JsonObject {
  const effort = effortOf(reasoning);
  if (reasoning.isAdaptive || (effort !== undefined && effort !== 'none'))
    warnings.dropped('reasoning_effort');
  return {};
}
