import { arrayMember, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

type Judge = (value: JsonValue, body: JsonObject, warnings: Warnings) => void;

/** Members that no backend of another dialect can be asked, and what becomes of them (protocols 11). */
const judges: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['prediction', (_value, _body, warnings) => warnings.dropped('prediction')],
  ['audio', judgeAudio],
  ['modalities', judgeModalities],
  ['moderation', judgeModeration],
]);

export const judgedNames: readonly string[] = [...judges.keys()];

export function judgeExtras(body: JsonObject, warnings: Warnings): void {
  for (const [name, judge] of judges) {
    const value = body[name];
    if (value !== undefined && value !== null) judge(value, body, warnings);
  }
}

/** Texts alone are what there is anyway. */
function judgeModalities(_value: JsonValue, body: JsonObject, warnings: Warnings): void {
  if (wantsAudio(body))
    warnings.refuse('modalities', 'This model cannot answer with audio; ask for text only.');
}

/** The voice means nothing where no audio is asked for. */
function judgeAudio(_value: JsonValue, body: JsonObject, warnings: Warnings): void {
  if (wantsAudio(body)) warnings.refuse('audio', 'This model cannot answer with audio; leave "audio" out.');
}

/** `modalities` with pictures, OpenRouter's way to ask for them, stays in the call: some dialects can be asked. */
export function pictureWish(body: JsonObject): JsonObject {
  const modalities = arrayMember(body, 'modalities');
  return modalities?.includes('image') ? { modalities } : {};
}

function wantsAudio(body: JsonObject): boolean {
  const modalities = arrayMember(body, 'modalities');
  return modalities === undefined ? body['audio'] !== undefined : modalities.includes('audio');
}

/** To let an answer through that should have been blocked would break a promise. */
function judgeModeration(value: JsonValue, body: JsonObject, warnings: Warnings): void {
  const mode = objectMember(body, 'moderation')?.['mode'] ?? value;
  if (mode !== 'block') return;
  warnings.refuse(
    'moderation',
    'This backend moderates nothing; leave "moderation" out or do not ask it to block.',
  );
}
