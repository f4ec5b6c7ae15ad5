import type { JsonObject } from '../../model/json.ts';

/**
 * OpenAI refuses a reasoning item that its own message or call does not follow, as after an answer that was cut
 * off in its thoughts (T18). Such thoughts led to nothing, and are left out.
 */
export function withoutLooseReasoning(items: readonly JsonObject[]): JsonObject[] {
  const kept: JsonObject[] = [];
  for (const item of items.toReversed()) {
    if (item['type'] !== 'reasoning' || isOfAssistant(kept.at(-1))) kept.push(item);
  }
  return kept.reverse();
}

function isOfAssistant(item: JsonObject | undefined): boolean {
  if (item === undefined) return false;
  return item['role'] === 'assistant' || item['type'] === 'function_call' || item['type'] === 'reasoning';
}
