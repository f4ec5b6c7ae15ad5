import type { UsageSaid } from '../asked-and-said.ts';
import type { JsonObject } from '../json.ts';

/** `usage` of chat and completions; no key at all from a server that tells none. */
export function usageMember(usage: UsageSaid | undefined): { usage?: JsonObject } {
  if (!usage) return {};
  const written = usage.written > 0 ? { cache_write_tokens: usage.written } : {};
  return {
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.total,
      prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0, ...written },
      completion_tokens_details: {
        reasoning_tokens: usage.reasoning,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
  };
}
