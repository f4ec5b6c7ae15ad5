import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';

/**
 * Only the model's name: a system prompt has no place in a picture, and text to embed must not grow by one. At Azure's
 * address the body may name another model than the address, which a backend elsewhere would go by.
 */
export function planModelEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const model = wishes.model ?? asked.model;
  const isRight = model === undefined || model === body['model'];
  return isRight ? [] : [outline.editToSet('model', JSON.stringify(model))];
}
