import type { Asked } from '../../model/call.ts';
import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { commonEdits } from '../openai-family/member-edits.ts';

/** Model, usage in the stream, and the app's system prompt as the very first message. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = commonEdits(outline, body, asked, wishes);
  if (wishes.systemPrompt) edits.insertInto('messages', firstMessage(body, wishes.systemPrompt));
  return edits.list();
}

function firstMessage(body: JsonObject, systemPrompt: string): string {
  const hasOthers = (arrayMember(body, 'messages')?.length ?? 0) > 0;
  return JSON.stringify({ role: 'system', content: systemPrompt }) + (hasOthers ? ',' : '');
}
