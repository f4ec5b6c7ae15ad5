import type { Asked } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { fitContents } from '../gemini-family/fit-contents.ts';
import { resourceName } from '../gemini-family/model-name.ts';

const nestedNames = ['generateContentRequest', 'generate_content_request'];

/**
 * A request inside the body repeats the model of the address, and Google wants the two to agree; and a history must
 * be fit for Google, wherever it stands.
 */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const model = wishes.model ?? asked.model ?? '';
  const edits = nestedNames.flatMap((name) => {
    const request = body[name];
    const fit = isJsonObject(request) ? fitRequest(request, model, wishes) : request;
    return fit === request ? [] : [outline.editToSet(name, JSON.stringify(fit))];
  });
  const contents = fitContents(body['contents'], model, wishes.warnings);
  if (contents !== body['contents']) edits.push(outline.editToSet('contents', JSON.stringify(contents)));
  if (wishes.model !== undefined && outline.span('model') !== undefined)
    edits.push(outline.editToSet('model', JSON.stringify(resourceName(wishes.model))));
  return edits.sort((a, b) => a.start - b.start);
}

/** The very same request where nothing is to be changed. */
function fitRequest(request: JsonObject, model: string, wishes: EditWishes): JsonObject {
  const { model: renamed, warnings } = wishes;
  const contents = fitContents(request['contents'], model, warnings);
  const isFit = contents === request['contents'] && renamed === undefined;
  if (isFit) return request;
  return { ...request, contents, ...(renamed !== undefined && { model: resourceName(renamed) }) };
}
