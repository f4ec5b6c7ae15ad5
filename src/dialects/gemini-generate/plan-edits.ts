import type { Asked } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { capOutput } from '../gemini-family/cap-output.ts';
import { fitContents } from '../gemini-family/fit-contents.ts';
import { resourceName } from '../gemini-family/model-name.ts';

/**
 * The app's system prompt in front of the client's, a limit on what is written, and a history fit for Google. The model
 * stands in the address; a body that repeats it is set right.
 */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits: ByteEdit[] = [];
  if (wishes.model !== undefined && outline.span('model') !== undefined) {
    edits.push(outline.editToSet('model', JSON.stringify(resourceName(wishes.model))));
  }
  if (wishes.systemPrompt) {
    const name =
      outline.span('system_instruction') === undefined ? 'systemInstruction' : 'system_instruction';
    edits.push(outline.editToSet(name, JSON.stringify(withPrompt(body[name], wishes.systemPrompt))));
  }
  if (wishes.outputTokensMax !== undefined)
    edits.push(...capOutput(outline, body, wishes.outputTokensMax, wishes.warnings));
  const contents = fitContents(body['contents'], wishes.model ?? asked.model ?? '', wishes.warnings);
  if (contents !== body['contents']) edits.push(outline.editToSet('contents', JSON.stringify(contents)));
  return edits.sort((a, b) => a.start - b.start);
}

/** An instruction holds nothing but texts, so that it may be written anew. */
function withPrompt(instruction: JsonValue | undefined, text: string): JsonObject {
  if (typeof instruction === 'string') return { parts: [{ text }, { text: instruction }] };
  if (!isJsonObject(instruction)) return { parts: [{ text }] };
  const parts = instruction['parts'] ?? [];
  return { ...instruction, parts: [{ text }, ...(Array.isArray(parts) ? parts : [parts])] };
}
