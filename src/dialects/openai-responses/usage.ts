import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';

/**
 * Usage as this dialect writes it. The published schema requires every member, `cache_write_tokens` included,
 * and clients read them unasked; so an answer of unknown usage carries zeros here (protocols 10.7).
 */
export function writeResponsesUsage(usage: Usage | undefined): JsonObject {
  const inputTokens = usage?.inputTokens ?? 0;
  const outputTokens = usage?.outputTokens ?? 0;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: usage?.cachedInputTokens ?? 0,
      cache_write_tokens: usage?.cacheWriteTokens ?? 0,
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: usage?.reasoningTokens ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
