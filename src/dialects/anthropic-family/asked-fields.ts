import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import { readString, wrongType } from './request-fields.ts';

/** An empty name is no name: a default model may fill in. */
export function readModelName(body: JsonObject): string | undefined {
  return readString(body, 'model') || undefined;
}

/** What stands in the messages is the backend's to judge; that there are any is ours. */
export function checkMessages(body: JsonObject): void {
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) {
    throw wrongType('messages', 'an array with at least one message');
  }
}

/** The session a request belongs to, by `metadata.user_id`: Claude Code packs it into that. */
export function readSessionKey(body: JsonObject): string | undefined {
  const metadata = body['metadata'];
  const user = isJsonObject(metadata) ? stringMember(metadata, 'user_id') : undefined;
  if (!user) return undefined;
  if (user.startsWith('{')) return sessionInside(user) ?? user;
  // Its older way: user_…_account_…_session_…
  const session = user.lastIndexOf('_session_');
  return session < 0 ? user : user.slice(session + '_session_'.length) || user;
}

function sessionInside(user: string): string | undefined {
  try {
    const value = JSON.parse(user) as JsonValue;
    return (isJsonObject(value) && stringMember(value, 'session_id')) || undefined;
  } catch {
    return undefined;
  }
}
