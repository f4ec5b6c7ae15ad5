import type { Asked } from '../../model/call.ts';
import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { losesThoughts, mustStopThinking, withoutForeignThoughts } from './foreign-thoughts.ts';

/**
 * Model, the app's system prompt in front of the client's, and a history without foreign thoughts; every other byte
 * stays as it is (protocols T17).
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
  cleanHistory(edits, body, wishes.warnings);
  return edits.list();
}

function cleanHistory(edits: MemberEdits, body: JsonObject, warnings: Warnings): void {
  const turns = arrayMember(body, 'messages') ?? [];
  const own = withoutForeignThoughts(turns);
  if (own === turns) return;
  if (losesThoughts(turns)) warnings.dropped('messages', 'thoughts_of_another_model');
  edits.set('messages', JSON.stringify(own));
  if (!mustStopThinking(body, turns, own)) return;
  warnings.changed('thinking', 'off_for_missing_thoughts');
  edits.set('thinking', JSON.stringify({ type: 'disabled' }));
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
