import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { MemberEdits } from '../edits-family/member-edits.ts';

/** The edits that chat and completions have in common: the model's name, and usage in the stream. */
export function commonEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): MemberEdits {
  const edits = new MemberEdits(outline);
  edits.setModel(wishes.model ?? modelOfAddress(body, asked));
  // Without `stream`, OpenAI refuses stream_options; a client that asked for usage itself needs no help.
  if (wishes.forceStreamUsage && asked.isStream && !asked.wantsStreamUsage) {
    edits.set('stream_options', withUsageForced(body));
  }
  return edits;
}

/** Where the address names the model, the body may name another, which a backend elsewhere would go by. */
function modelOfAddress(body: JsonObject, asked: Asked): string | undefined {
  return asked.model === (body['model'] || undefined) ? undefined : asked.model;
}

function withUsageForced(body: JsonObject): string {
  const options = body['stream_options'];
  return JSON.stringify({ ...(isJsonObject(options) ? options : {}), include_usage: true });
}
