import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { capTokens, type LimitPlaces } from '../edits-family/cap-tokens.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { readString } from '../openai-family/request-fields.ts';
import { withoutForeignReasoning } from './foreign-reasoning.ts';

const places: LimitPlaces = { names: ['max_output_tokens'], added: 'max_output_tokens', least: 1 };

/**
 * The model, a limit on what is written, the app's system prompt, and a history without foreign reasoning; usage needs no
 * asking for in this dialect.
 */
export function planEdits(outline: JsonOutline, body: JsonObject, wishes: EditWishes): ByteEdit[] {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model);
  capTokens(edits, body, places, wishes.outputTokensMax, wishes.warnings);
  if (wishes.systemPrompt !== undefined) {
    const instructions = inFrontOf(wishes.systemPrompt, readString(body, 'instructions'));
    edits.set('instructions', JSON.stringify(instructions));
  }
  const items = arrayMember(body, 'input') ?? [];
  const own = withoutForeignReasoning(items);
  if (own !== items) edits.set('input', JSON.stringify(own));
  if (own.length < items.length) wishes.warnings.dropped('input', 'thoughts_of_another_model');
  return edits.list();
}

/** The app's prompt comes first, so that it is read before whatever the client says of it. */
function inFrontOf(systemPrompt: string, instructions: string | undefined): string {
  return instructions ? `${systemPrompt}\n\n${instructions}` : systemPrompt;
}
