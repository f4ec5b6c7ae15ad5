import type { Effort, GenerationCall, Reasoning } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { effortAlone, effortOf } from '../reasoning-family/effort-of.ts';
import type { ModelTraits } from './model-traits.ts';
import type { WireThinking, WireTurn } from './wire.ts';

/** How much the model shall think, in the words its generation knows (protocols 10.6). */
export interface ThinkingPlan {
  readonly thinking?: WireThinking;
  readonly effort?: string;
  /** Is it told to think? Then much else is refused. */
  readonly isOn: boolean;
  /** Is it a model whose thoughts are counted out? Then it cannot be made to call a tool. */
  readonly isCounted: boolean;
}

const none: ThinkingPlan = { isOn: false, isCounted: false };

/** The numbers are our choice (protocols 10.6); a client's own number counts before them. */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
};

/** Less is refused by the API. */
const BUDGET_MIN = 1024;

/** `hindrance`: why thinking cannot be on in this call, if so. */
export function planThinking(
  call: GenerationCall,
  traits: ModelTraits,
  tokensMax: number,
  hindrance: string | undefined,
  warnings: Warnings,
): ThinkingPlan {
  const reasoning = call.reasoning;
  if (reasoning === undefined || !isSaid(reasoning)) return none;
  if (effortOf(reasoning) === 'none') return planNone(traits, warnings);
  if (traits.thinking === 'none') {
    warnings.dropped('reasoning_effort');
    return none;
  }
  if (hindrance !== undefined) {
    warnings.changed('reasoning_effort', hindrance);
    return none;
  }
  return traits.thinking === 'budget'
    ? planBudget(reasoning, tokensMax, warnings)
    : planAdaptive(reasoning, traits, warnings);
}

function isSaid({ effort, budgetTokens, isAdaptive }: Reasoning): boolean {
  return effort !== undefined || budgetTokens !== undefined || isAdaptive === true;
}

/** Models that count out their thoughts have none unless asked; others must be told. */
function planNone(traits: ModelTraits, warnings: Warnings): ThinkingPlan {
  if (traits.thinking !== 'adaptive') return none;
  if (traits.canStopThinking) return { ...none, thinking: { type: 'disabled' } };
  warnings.changed('reasoning_effort', 'lowest_instead_of_none');
  return { ...none, effort: 'low' };
}

/** The answer must have room behind the thoughts, for `max_tokens` holds both. */
function planBudget(reasoning: Reasoning, tokensMax: number, warnings: Warnings): ThinkingPlan {
  const wanted = Math.max(reasoning.budgetTokens ?? budgets[reasoning.effort ?? 'medium'], BUDGET_MIN);
  const budget = wanted < tokensMax ? wanted : Math.floor(tokensMax * 0.8);
  if (budget < BUDGET_MIN) {
    warnings.changed('reasoning_effort', 'max_tokens_too_small_to_think');
    return none;
  }
  if (budget < wanted) warnings.changed('reasoning_effort', 'limited_by_max_tokens');
  else tellBudget(reasoning, budget, warnings);
  return { thinking: { type: 'enabled', budget_tokens: budget }, isOn: true, isCounted: true };
}

/** What is told: a word that became a number, and a number that is not the client's. */
function tellBudget({ budgetTokens }: Reasoning, budget: number, warnings: Warnings): void {
  if (budgetTokens === undefined) warnings.changed('reasoning_effort', 'effort_as_budget');
  else if (budget > budgetTokens) warnings.changed('reasoning_effort', 'raised_to_least_allowed');
}

function planAdaptive(reasoning: Reasoning, traits: ModelTraits, warnings: Warnings): ThinkingPlan {
  const effort = effortAlone(reasoning, warnings);
  return {
    thinking: { type: 'adaptive', ...displayOf(reasoning) },
    ...(effort !== undefined && { effort: writeEffort(effort, traits, warnings) }),
    isOn: true,
    isCounted: false,
  };
}

function displayOf({ showsThoughts }: Reasoning): { display?: 'summarized' | 'omitted' } {
  return showsThoughts === undefined ? {} : { display: showsThoughts ? 'summarized' : 'omitted' };
}

function writeEffort(effort: Effort, traits: ModelTraits, warnings: Warnings): string {
  if (effort === 'minimal') {
    warnings.changed('reasoning_effort', 'low_instead_of_minimal');
    return 'low';
  }
  if (effort !== 'xhigh' || traits.hasXhighEffort) return effort;
  warnings.changed('reasoning_effort', 'high_instead_of_xhigh');
  return 'high';
}

/**
 * Models that count out their thoughts want the turn they go on with to begin with its thoughts. Those may be
 * lost, or be another maker's.
 */
export function missesThoughts(turns: readonly WireTurn[], traits: ModelTraits): boolean {
  if (traits.thinking !== 'budget') return false;
  const at = turns.findLastIndex((turn) => turn.role === 'assistant');
  const turn = turns[at];
  if (turn === undefined) return false;
  const goesOn = at === turns.length - 1 || turn.content.some((block) => block.type === 'tool_use');
  const first = turn.content[0]?.type;
  const isAnswered = turns.slice(at + 2).some((later) => later.role === 'user');
  return goesOn && !isAnswered && first !== 'thinking' && first !== 'redacted_thinking';
}
