import type { Reasoning } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { asEffort } from '../openai-family/effort.ts';
import { wrongType } from '../openai-family/request-fields.ts';

/** How much to think, and whether to tell of it: a client that asks for no summary wants no text (protocols 10.6). */
export function readReasoning(body: JsonObject, warnings: Warnings): Reasoning | undefined {
  const reasoning = body['reasoning'];
  if (reasoning === undefined || reasoning === null) return undefined;
  if (!isJsonObject(reasoning)) throw wrongType('reasoning', 'an object');
  warnOfOthers(reasoning, warnings);
  return { effort: readEffort(reasoning), showsThoughts: wantsSummary(reasoning) };
}

/** `generate_summary` is what `summary` was called at first. */
export function wantsSummary(reasoning: JsonObject): boolean {
  return typeof (reasoning['summary'] ?? reasoning['generate_summary']) === 'string';
}

function readEffort(reasoning: JsonObject): Reasoning['effort'] {
  const word = reasoning['effort'];
  if (word === undefined || word === null) return undefined;
  const effort = asEffort(word);
  if (effort === undefined) {
    throw wrongType('reasoning.effort', '"none", "minimal", "low", "medium", "high", "xhigh" or "max"');
  }
  return effort;
}

const known: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary']);

function warnOfOthers(reasoning: JsonObject, warnings: Warnings): void {
  for (const [name, value] of Object.entries(reasoning)) {
    if (value !== null && !known.has(name)) warnings.dropped(`reasoning.${name}`);
  }
}
