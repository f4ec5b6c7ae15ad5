import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import { isMarkedSignature } from '../signature-family/marked-signature.ts';
import { sifted } from '../signature-family/sifted.ts';

/**
 * The messages without the signatures this house handed out, all of which are marked: no chat backend made them, or
 * can be told from others who might have (protocols 10.6). What a backend gave itself is bare, and stays. Where
 * nothing is marked, it is the very same list.
 */
export function withoutForeignSignatures(messages: readonly JsonValue[]): readonly JsonValue[] {
  return sifted(messages, (message) =>
    isJsonObject(message) ? withoutMarkedCalls(withoutMarkedDetails(message)) : message,
  );
}

function withoutMarkedDetails(message: JsonObject): JsonObject {
  const details = arrayMember(message, 'reasoning_details');
  if (details === undefined) return message;
  const kept = sifted(details, (detail) => (isMarkedDetail(detail) ? undefined : detail));
  if (kept === details) return message;
  return kept.length > 0 ? { ...message, reasoning_details: kept } : without(message, 'reasoning_details');
}

function isMarkedDetail(detail: JsonValue): boolean {
  return (
    isJsonObject(detail) && (isMarkedSignature(detail['signature']) || isMarkedSignature(detail['data']))
  );
}

function withoutMarkedCalls(message: JsonObject): JsonObject {
  const calls = arrayMember(message, 'tool_calls');
  if (calls === undefined) return message;
  const kept = sifted(calls, (call) => (isJsonObject(call) ? cleanCall(call) : call));
  return kept === calls ? message : { ...message, tool_calls: kept };
}

/** Whatever else stands beside the signature is kept. */
function cleanCall(call: JsonObject): JsonObject {
  const extra = objectMember(call, 'extra_content');
  const google = extra && objectMember(extra, 'google');
  if (extra === undefined || google === undefined) return call;
  if (!isMarkedSignature(google['thought_signature'])) return call;
  const others = replaced(extra, 'google', without(google, 'thought_signature'));
  return replaced(call, 'extra_content', others);
}

/** With another value for the member, or without it if nothing is in that. */
function replaced(object: JsonObject, name: string, value: JsonObject): JsonObject {
  return Object.keys(value).length > 0 ? { ...object, [name]: value } : without(object, name);
}

function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...others } = object;
  return others;
}
