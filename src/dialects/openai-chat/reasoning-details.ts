import type { PartOf } from '../../model/call.ts';
import { arrayMember, isJsonObject, type JsonObject, stringMember } from '../../model/json.ts';
import { readSignature, type Signature } from '../../model/signature.ts';
import { writeMarkedSignature } from '../signature-family/marked-signature.ts';

/**
 * `reasoning_details`, OpenRouter's place for what belongs to thoughts beside their text: the signature of a
 * block, or a block nobody can read (protocols 10.6). What we write there is always marked: many makers use this
 * place, and what a backend has put there itself must be told from what we have when it comes back.
 */
export type ReasoningDetail = PartOf<'thinking'> | PartOf<'redacted-thinking'>;

const ORIGIN = 'openai';

export function readReasoningDetails(message: JsonObject): ReasoningDetail[] {
  const details = arrayMember(message, 'reasoning_details') ?? [];
  return details.flatMap((detail) => (isJsonObject(detail) ? readDetail(detail) : []));
}

function readDetail(detail: JsonObject): ReasoningDetail[] {
  if (detail['type'] === 'reasoning.encrypted') {
    const signature = readSignature(stringMember(detail, 'data'), ORIGIN);
    return signature === undefined ? [] : [{ type: 'redacted-thinking', signature }];
  }
  const text = stringMember(detail, 'text') ?? stringMember(detail, 'summary') ?? '';
  const signature = readSignature(stringMember(detail, 'signature'), ORIGIN);
  return text === '' && signature === undefined ? [] : [{ type: 'thinking', text, signature }];
}

/** `text` in whole answers only: in a stream it has gone out already. */
export function writeSigned(signature: Signature, text?: string): JsonObject {
  return { type: 'reasoning.text', ...(text && { text }), signature: writeMarkedSignature(signature) };
}

export function writeRedacted(signature: Signature): JsonObject {
  return { type: 'reasoning.encrypted', data: writeMarkedSignature(signature) };
}
