import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';

/** Only the model: text to embed must not grow by a system prompt. */
export function planEdits(
  outline: JsonOutline,
  _body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  return wishes.model === undefined ? [] : [outline.editToSet('model', JSON.stringify(wishes.model))];
}
