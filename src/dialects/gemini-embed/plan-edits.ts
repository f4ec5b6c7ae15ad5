import type { Asked } from '../../model/call.ts';
import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { resourceName } from '../gemini-family/model-name.ts';

/** Every request of a batch repeats the model of the address, and Google wants them to agree. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  if (wishes.model === undefined) return [];
  const model = resourceName(wishes.model);
  const requests = arrayMember(body, 'requests')?.map((request: JsonValue) => {
    return isJsonObject(request) ? { ...request, model } : request;
  });
  const edits = requests === undefined ? [] : [outline.editToSet('requests', JSON.stringify(requests))];
  if (outline.span('model') !== undefined) edits.push(outline.editToSet('model', JSON.stringify(model)));
  return edits.sort((a, b) => a.start - b.start);
}
