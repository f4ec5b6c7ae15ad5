import type { Asked } from '../../model/call.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';
import { editOptions } from '../ollama-family/edit-options.ts';

/** Model, pinned load options, a limit on what is written, and the app's system prompt before what the client sends as `system`. Usage comes by itself. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model);
  editOptions(edits, body, wishes);
  // Without a prompt, the model is only loaded.
  if (wishes.systemPrompt && stringMember(body, 'prompt')) addSystemPrompt(edits, body, wishes.systemPrompt);
  return edits.list();
}

/** Beside `raw`, Ollama refuses a system prompt: then it stands in the prompt itself. */
function addSystemPrompt(edits: MemberEdits, body: JsonObject, systemPrompt: string): void {
  const name = body['raw'] === true ? 'prompt' : 'system';
  if (stringMember(body, name)) edits.insertInto(name, insideQuotes(`${systemPrompt}\n\n`));
  else edits.set(name, JSON.stringify(systemPrompt));
}

function insideQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
