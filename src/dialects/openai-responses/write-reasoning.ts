import type { GenerationCall, Reasoning } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { effortFor } from '../openai-family/effort.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { effortOf } from '../reasoning-family/effort-of.ts';

/** How much to think; a summary only for clients that show thoughts (protocols 10.6). */
export function writeReasoning(
  { reasoning, model }: GenerationCall,
  { quirks, warnings }: Writing,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const effort = effortFor(model, reasoning, warnings);
  const summary = reasoning.showsThoughts ? 'auto' : undefined;
  if (effort === undefined && summary === undefined) return undefined;
  if (quirks.reasoningSwitch !== 'none') return withoutUndefined({ effort, summary });
  if (effort !== undefined) warnings.dropped('reasoning_effort');
  return undefined;
}

/** Is the model to think, as far as the client said? */
export function isReasoningAsked(reasoning: Reasoning | undefined): boolean {
  if (reasoning === undefined) return false;
  const effort = effortOf(reasoning);
  return effort === undefined
    ? reasoning.isAdaptive === true || reasoning.showsThoughts === true
    : effort !== 'none';
}
