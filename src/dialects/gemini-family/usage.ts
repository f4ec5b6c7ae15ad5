import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount, type Usage, usageOf } from '../../model/usage.ts';

/**
 * `usageMetadata` (protocols 4.3, 10.7): cached tokens are inside the prompt's, thoughts are beside the
 * candidates'. Early chunks may hold nothing but the kind of traffic, which is no usage.
 */
export function readGeminiUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const prompt = readTokenCount(value['promptTokenCount']);
  const candidates = readTokenCount(value['candidatesTokenCount']);
  const thoughts = readTokenCount(value['thoughtsTokenCount']);
  if (prompt === undefined && candidates === undefined && thoughts === undefined) return undefined;
  return usageOf({
    inputTokens: (prompt ?? 0) + (readTokenCount(value['toolUsePromptTokenCount']) ?? 0),
    outputTokens: (candidates ?? 0) + (thoughts ?? 0),
    cachedInputTokens: readTokenCount(value['cachedContentTokenCount']),
    reasoningTokens: thoughts,
  });
}

export function writeGeminiUsage(usage: Usage): JsonObject {
  const thoughts = usage.reasoningTokens ?? 0;
  const candidates = usage.outputTokens - thoughts;
  return {
    promptTokenCount: usage.inputTokens,
    ...(usage.cachedInputTokens && { cachedContentTokenCount: usage.cachedInputTokens }),
    candidatesTokenCount: candidates,
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
    totalTokenCount: usage.inputTokens + candidates + thoughts,
  };
}
