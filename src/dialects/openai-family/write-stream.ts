import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

/** The gateway counts, so it always asks for usage, unless the server refuses the member (protocols 10.7). */
export function writeStream({ isStream, quirks }: Writing): JsonObject {
  if (!isStream) return {};
  const asksUsage = quirks.streamUsage === 'include_usage';
  return { stream: true, ...(asksUsage && { stream_options: { include_usage: true } }) };
}
