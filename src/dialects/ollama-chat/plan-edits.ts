import type { Asked } from '../../model/call.ts';
import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { editOptions } from '../ollama-family/edit-options.ts';

/** Model, pinned load options, a limit on what is written, and the app's system prompt as the very first message. Usage comes by itself. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model);
  editOptions(edits, body, wishes);
  // A list without messages only loads the model; with one it would ask something.
  const hasMessages = (arrayMember(body, 'messages') ?? []).length > 0;
  if (wishes.systemPrompt && hasMessages) edits.insertInto('messages', firstMessage(wishes.systemPrompt));
  return edits.list();
}

function firstMessage(systemPrompt: string): string {
  return `${JSON.stringify({ role: 'system', content: systemPrompt })},`;
}
