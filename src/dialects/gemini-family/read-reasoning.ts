import type { Effort, Reasoning } from '../../model/call.ts';
import type { Fields } from './fields.ts';
import { wrongType } from './fields.ts';

const levels: ReadonlyMap<string, Effort> = new Map<string, Effort>([
  ['MINIMAL', 'minimal'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
]);

/** `thinkingConfig` (protocols 10.6). Google shows thoughts only to those who ask for them. */
export function readReasoning(config: Fields): Reasoning | undefined {
  const thinking = config.fields('thinkingConfig');
  if (thinking === undefined) return undefined;
  const showsThoughts = thinking.flag('includeThoughts') === true;
  const level = thinking.string('thinkingLevel')?.toUpperCase();
  if (level !== undefined && level !== 'THINKING_LEVEL_UNSPECIFIED') {
    const effort = levels.get(level);
    if (effort === undefined) {
      throw wrongType(thinking.param('thinkingLevel'), `one of ${[...levels.keys()].join(', ')}`);
    }
    return { effort, showsThoughts };
  }
  return { ...readBudget(thinking.count('thinkingBudget', -1)), showsThoughts };
}

/** 0 turns it off, -1 leaves the amount to the model. */
function readBudget(budgetTokens: number | undefined): Reasoning {
  if (budgetTokens === undefined) return {};
  if (budgetTokens === 0) return { effort: 'none' };
  return budgetTokens === -1 ? { isAdaptive: true } : { budgetTokens };
}
