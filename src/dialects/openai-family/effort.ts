import type { Effort, Reasoning } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { effortAlone } from '../reasoning-family/effort-of.ts';

const efforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** OpenAI's reasoning models before gpt-5.1 always think, and refuse to be told not to. */
const alwaysThinking = /^(?:o\d|gpt-5(?!\.))/;

/** How much to think, as this model can be told it: the least there is where it cannot be turned off (protocols 10.6). */
export function effortFor(model: string, reasoning: Reasoning, warnings: Warnings): Effort | undefined {
  const effort = effortAlone(reasoning, warnings);
  if (effort !== 'none' || !alwaysThinking.test(model.slice(model.lastIndexOf('/') + 1))) return effort;
  warnings.changed('reasoning_effort', 'cannot_be_turned_off');
  return 'low';
}

/** The word if it is one of those there are. */
export function asEffort(word: JsonValue | undefined): Effort | undefined {
  return typeof word === 'string' && efforts.has(word) ? (word as Effort) : undefined;
}
