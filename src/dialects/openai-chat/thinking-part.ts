import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';

/** The text of Mistral's `{type:'thinking', thinking:[{type:'text', text}]}`; '' for any other part. */
export function thinkingOfPart(part: JsonObject): string {
  const thinking = part['type'] === 'thinking' ? part['thinking'] : undefined;
  if (typeof thinking === 'string') return thinking;
  if (!Array.isArray(thinking)) return '';
  return (thinking as readonly JsonValue[]).map(textOf).join('');
}

function textOf(piece: JsonValue): string {
  return isJsonObject(piece) ? (stringMember(piece, 'text') ?? '') : '';
}
