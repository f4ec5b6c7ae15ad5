import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { isMarkedSignature } from '../signature-family/marked-signature.ts';
import { sifted } from '../signature-family/sifted.ts';
import { partsOf } from './content-parts.ts';
import { either } from './fields.ts';
import { withoutWrapping } from './thought-signature.ts';

/**
 * The content without another maker's signatures and thoughts, which mean nothing to Google (protocols 10.6). Only
 * signatures bear a mark; but a turn that holds one is another model's as a whole, and so are its unsigned thoughts.
 * Where there is nothing foreign, it is the very same content.
 */
export function withoutForeignParts(content: JsonValue): JsonValue {
  const parts = partsOf(content);
  if (!isJsonObject(content) || !parts.some(isMarked)) return content;
  const kept = sifted(parts, cleanPart);
  return { ...content, parts: kept.length > 0 ? kept : [{ text: '(empty)' }] };
}

function isMarked(part: JsonValue): boolean {
  const signature = isJsonObject(part) ? signatureOf(part) : undefined;
  return typeof signature === 'string' && isMarkedSignature(withoutWrapping(signature));
}

function cleanPart(part: JsonValue): JsonValue | undefined {
  if (!isJsonObject(part)) return part;
  const isOwn = Boolean(signatureOf(part)) && !isMarked(part);
  if (part['thought'] === true && !isOwn) return undefined;
  return isMarked(part) ? unsigned(part) : part;
}

/** An empty text was there for its signature only. */
function unsigned({
  thoughtSignature: _,
  thought_signature: __,
  ...part
}: JsonObject): JsonObject | undefined {
  return Object.values(part).some((value) => value !== '') ? part : undefined;
}

function signatureOf(part: JsonObject): JsonValue | undefined {
  return either(part, 'thoughtSignature', 'thought_signature');
}
