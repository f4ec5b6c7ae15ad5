import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import type { MemberEdits } from '../edits-family/member-edits.ts';
import { commonEdits } from '../openai-family/common-edits.ts';
import { readPrompt } from './prompt.ts';

/** Model, usage in the stream, and the app's system prompt in front of each prompt. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = commonEdits(outline, body, asked, wishes);
  if (wishes.systemPrompt) prefixPrompt(edits, body, `${wishes.systemPrompt}\n\n`);
  return edits.list();
}

/** Tokens are left alone: which text they are, only the model's own tokenizer knows. */
function prefixPrompt(edits: MemberEdits, body: JsonObject, prefix: string): void {
  const prompt = readPrompt(body);
  if (prompt.kind === 'text') edits.insertInto('prompt', JSON.stringify(prefix).slice(1, -1));
  else if (prompt.kind === 'texts')
    edits.set('prompt', JSON.stringify(prompt.texts.map((text) => prefix + text)));
}
