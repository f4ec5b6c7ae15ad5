import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import { readTokenCount, type Usage, usageOf } from '../../model/usage.ts';

/**
 * Token counts of an answer: `usage` of chat, `meta` of embeddings. `tokens` is what the model saw, with the
 * template around the talk; `billed_units` is what Cohere charges for, and all that embeddings tell
 * (protocols 7, 10.7).
 */
export function readCohereUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const counts = readCounts(objectMember(value, 'tokens')) ?? readCounts(objectMember(value, 'billed_units'));
  if (counts === undefined) return undefined;
  const cached = readTokenCount(value['cached_tokens']);
  return cached === undefined ? counts : usageOf({ ...counts, cachedInputTokens: cached });
}

function readCounts(counts: JsonObject | undefined): Usage | undefined {
  const inputTokens = readTokenCount(counts?.['input_tokens']);
  const outputTokens = readTokenCount(counts?.['output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
