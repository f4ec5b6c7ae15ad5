import type { Asked } from '../../model/call.ts';
import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { capTokens, type LimitPlaces } from '../edits-family/cap-tokens.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { fitThinking } from './fit-thinking.ts';
import { losesThoughts, mustStopThinking, withoutForeignThoughts } from './foreign-thoughts.ts';

/** An answer of no tokens is how a prompt is read into the cache. */
const places: LimitPlaces = { names: ['max_tokens'], added: 'max_tokens', least: 0 };

/**
 * Model, the app's system prompt in front of the client's, a limit on what is written, and a history without foreign
 * thoughts; every other byte stays as it is (protocols T17).
 */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model);
  if (wishes.systemPrompt) addSystem(edits, body['system'], wishes.systemPrompt);
  const { outputTokensMax, warnings } = wishes;
  const isCapped = capTokens(edits, body, places, outputTokensMax, warnings);
  const isThinkingOff = cleanHistory(edits, body, warnings);
  if (isCapped && !isThinkingOff) fitThinking(edits, body, outputTokensMax ?? 0, warnings);
  return edits.list();
}

/** Returns whether thinking had to be turned off for it. */
function cleanHistory(edits: MemberEdits, body: JsonObject, warnings: Warnings): boolean {
  const turns = arrayMember(body, 'messages') ?? [];
  const own = withoutForeignThoughts(turns);
  if (own === turns) return false;
  if (losesThoughts(turns)) warnings.dropped('messages', 'thoughts_of_another_model');
  edits.set('messages', JSON.stringify(own));
  if (!mustStopThinking(body, turns, own)) return false;
  warnings.changed('thinking', 'off_for_missing_thoughts');
  edits.set('thinking', JSON.stringify({ type: 'disabled' }));
  return true;
}

function addSystem(edits: MemberEdits, system: JsonObject[string], prompt: string): void {
  const text = textInFront(system, prompt);
  if (text === undefined) edits.set('system', JSON.stringify(prompt));
  else edits.insertInto('system', text);
}

/** What to put behind the opening quotation mark or bracket; undefined if there is nothing to stand in front of. */
function textInFront(system: JsonObject[string], prompt: string): string | undefined {
  if (typeof system === 'string')
    return JSON.stringify(system === '' ? prompt : `${prompt}\n\n`).slice(1, -1);
  if (!Array.isArray(system)) return undefined;
  return JSON.stringify({ type: 'text', text: prompt }) + (system.length > 0 ? ',' : '');
}
