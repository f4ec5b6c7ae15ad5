import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { editOptions } from '../ollama-family/edit-options.ts';

/** Only the model and pinned load options: text to embed must not grow by a system prompt. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model);
  editOptions(edits, body, wishes);
  return edits.list();
}
