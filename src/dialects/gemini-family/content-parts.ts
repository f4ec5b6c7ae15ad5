import { isJsonObject, type JsonValue } from '../../model/json.ts';

const none: readonly JsonValue[] = [];

/** The parts of a content as it came; a single one in the place of a list means a list of one, as it does to Google. */
export function partsOf(content: JsonValue): readonly JsonValue[] {
  const parts = isJsonObject(content) ? (content['parts'] ?? undefined) : undefined;
  if (parts === undefined) return none;
  return Array.isArray(parts) ? (parts as readonly JsonValue[]) : [parts];
}
