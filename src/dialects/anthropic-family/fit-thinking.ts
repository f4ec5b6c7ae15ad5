import { type JsonObject, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { MemberEdits } from '../edits-family/member-edits.ts';

/** Less is refused by the API, and so is a budget that leaves nothing of `max_tokens` for the answer. */
const BUDGET_MIN = 1024;

/**
 * Thoughts are counted in `max_tokens`: where that was lowered, a budget for them must leave room for the answer, and
 * where there is no room for the least there is, the model answers without thinking.
 */
export function fitThinking(
  edits: MemberEdits,
  body: JsonObject,
  tokensMax: number,
  warnings: Warnings,
): void {
  const thinking = objectMember(body, 'thinking');
  const budget = thinking?.['budget_tokens'];
  if (thinking?.['type'] !== 'enabled' || typeof budget !== 'number' || budget < tokensMax) return;
  const room = Math.floor(tokensMax * 0.8);
  if (room < BUDGET_MIN) {
    warnings.changed('thinking', 'max_tokens_too_small_to_think');
    edits.set('thinking', JSON.stringify({ type: 'disabled' }));
    return;
  }
  warnings.changed('thinking', 'limited_by_max_tokens');
  edits.set('thinking', JSON.stringify({ ...thinking, budget_tokens: room }));
}
