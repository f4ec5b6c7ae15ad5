import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';

/** Only the model: a system prompt has no place in a picture. */
export function planEdits(outline: JsonOutline, wishes: EditWishes): ByteEdit[] {
  return wishes.model === undefined ? [] : [outline.editToSet('model', JSON.stringify(wishes.model))];
}
