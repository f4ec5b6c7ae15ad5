import type { Asked } from '../../model/call.ts';
import { arrayMember, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { EditWishes } from '../dialect.ts';
import { capTokens, type LimitPlaces, withTokensCapped } from '../edits-family/cap-tokens.ts';
import type { MemberEdits } from '../edits-family/member-edits.ts';
import { commonEdits } from '../openai-family/common-edits.ts';
import { withoutForeignSignatures } from './foreign-signatures.ts';
import { asChatBody, isResponsesBody } from './responses-body.ts';

const names = ['max_tokens', 'max_completion_tokens'];

const placesByField = {
  max_tokens: { names, added: 'max_tokens', least: 1 },
  max_completion_tokens: { names, added: 'max_completion_tokens', least: 1 },
} as const satisfies Record<string, LimitPlaces>;

const placesOfResponses: LimitPlaces = {
  names: [...names, 'max_output_tokens'],
  added: 'max_output_tokens',
  least: 1,
};

/**
 * Model, usage in the stream, a limit on what is written, the app's system prompt as the very first message, and no
 * signatures of strangers.
 */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  if (isResponsesBody(body)) return [rewritten(outline, body, asked, wishes)];
  const edits = commonEdits(outline, body, asked, wishes);
  const { outputTokensMax, tokensField = 'max_tokens', warnings } = wishes;
  capTokens(edits, body, placesByField[tokensField], outputTokensMax, warnings);
  editMessages(edits, arrayMember(body, 'messages') ?? [], wishes.systemPrompt);
  return edits.list();
}

/** The messages are written anew only where they must be cleaned. */
function editMessages(
  edits: MemberEdits,
  messages: readonly JsonValue[],
  systemPrompt: string | undefined,
): void {
  const own = withoutForeignSignatures(messages);
  if (own !== messages) edits.set('messages', JSON.stringify(withSystem(own, systemPrompt)));
  else if (systemPrompt) edits.insertInto('messages', firstMessage(messages, systemPrompt));
}

function withSystem(messages: readonly JsonValue[], systemPrompt: string | undefined): readonly JsonValue[] {
  return systemPrompt ? [{ role: 'system', content: systemPrompt }, ...messages] : messages;
}

function firstMessage(messages: readonly JsonValue[], systemPrompt: string): string {
  const hasOthers = messages.length > 0;
  return JSON.stringify({ role: 'system', content: systemPrompt }) + (hasOthers ? ',' : '');
}

/** Of a Responses body, thoughts that were sealed for another backend: a chat has no place for them. */
function tellOfReasoning(body: JsonObject, warnings: Warnings): void {
  const items = arrayMember(body, 'input') ?? [];
  const hasReasoning = items.some((item) => isJsonObject(item) && item['type'] === 'reasoning');
  if (hasReasoning) warnings.dropped('input', 'thoughts_of_another_model');
}

/** A Responses body is no chat body at any backend: it is written anew, all its members as one edit. */
function rewritten(outline: JsonOutline, body: JsonObject, asked: Asked, wishes: EditWishes): ByteEdit {
  tellOfReasoning(body, wishes.warnings);
  const chat = asChatBody(withTokensCapped(body, placesOfResponses, wishes.outputTokensMax, wishes.warnings));
  const messages = arrayMember(chat, 'messages') ?? [];
  const options = chat['stream_options'];
  const model = wishes.model ?? asked.model;
  const text = JSON.stringify({
    ...chat,
    ...(model !== undefined && { model }),
    messages: withSystem(messages, wishes.systemPrompt),
    ...(wishes.forceStreamUsage &&
      asked.isStream && {
        stream_options: { ...(isJsonObject(options) ? options : {}), include_usage: true },
      }),
  });
  const ends = Object.keys(body).map((name) => outline.span(name)?.end ?? 0);
  return { start: outline.bodyStart, end: Math.max(...ends), text: text.slice(1, -1) };
}
