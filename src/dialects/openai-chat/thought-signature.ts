import { type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { readSignature, type Signature } from '../../model/signature.ts';
import { writeMarkedSignature } from '../signature-family/marked-signature.ts';

const ORIGIN = 'gemini';

/** Where Google's own chat layer keeps the signature of a call: `extra_content.google.thought_signature` (protocols 10.6). */
export function readThoughtSignature(call: JsonObject): Signature | undefined {
  const extra = objectMember(call, 'extra_content');
  const google = extra && objectMember(extra, 'google');
  return google && readSignature(stringMember(google, 'thought_signature'), ORIGIN);
}

/** Nothing for any other origin: no client knows a place for those. Marked, for not every chat backend is Google's. */
export function writeThoughtSignature(signature: Signature | undefined): {
  extra_content?: { google: { thought_signature: string } };
} {
  if (signature?.origin !== ORIGIN) return {};
  return { extra_content: { google: { thought_signature: writeMarkedSignature(signature) } } };
}
