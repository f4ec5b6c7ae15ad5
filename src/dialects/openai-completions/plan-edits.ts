import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { capTokens, type LimitPlaces } from '../edits-family/cap-tokens.ts';
import type { MemberEdits } from '../edits-family/member-edits.ts';
import { commonEdits } from '../openai-family/common-edits.ts';
import { readPrompt } from './prompt.ts';

const places: LimitPlaces = { names: ['max_tokens'], added: 'max_tokens', least: 1 };

/** Who has a text weighed asks for its own words and no others. */
const placesOfEcho: LimitPlaces = { ...places, least: 0 };

/** Model, usage in the stream, a limit on what is written, and the app's system prompt in front of each prompt. */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = commonEdits(outline, body, asked, wishes);
  const { outputTokensMax, warnings } = wishes;
  capTokens(edits, body, body['echo'] === true ? placesOfEcho : places, outputTokensMax, warnings);
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
