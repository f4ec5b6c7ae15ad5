import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import { readTokenCount, type Usage, usageOf } from '../../model/usage.ts';

/**
 * Usage as OpenAI's chat, completions and embeddings write it: cached tokens are inside `prompt_tokens`,
 * reasoning tokens inside `completion_tokens` (protocols 2.3). Some vendors also speak the newer names.
 */
export function readOpenAiUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputTokens = readTokenCount(value['prompt_tokens'] ?? value['input_tokens']);
  const outputTokens = readTokenCount(value['completion_tokens'] ?? value['output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const input = objectMember(value, 'prompt_tokens_details') ?? objectMember(value, 'input_tokens_details');
  const output =
    objectMember(value, 'completion_tokens_details') ?? objectMember(value, 'output_tokens_details');
  const reasoningTokens = readTokenCount(output?.['reasoning_tokens']);
  const uncounted = uncountedReasoning(value, (inputTokens ?? 0) + (outputTokens ?? 0), reasoningTokens ?? 0);
  return usageOf({
    inputTokens: inputTokens ?? 0,
    outputTokens: (outputTokens ?? 0) + uncounted,
    // Kimi tells it at the top.
    cachedInputTokens: readTokenCount(input?.['cached_tokens'] ?? value['cached_tokens']),
    cacheWriteTokens: readTokenCount(input?.['cache_write_tokens']),
    reasoningTokens,
  });
}

/** xAI leaves reasoning out of `completion_tokens`; its `total_tokens`, which has it, gives that away. */
function uncountedReasoning(value: JsonObject, counted: number, reasoningTokens: number): number {
  return readTokenCount(value['total_tokens']) === counted + reasoningTokens ? reasoningTokens : 0;
}

/** The chat and completions form of usage. */
export function writeChatUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      ...(usage.cacheWriteTokens !== undefined && { cache_write_tokens: usage.cacheWriteTokens }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
  };
}
