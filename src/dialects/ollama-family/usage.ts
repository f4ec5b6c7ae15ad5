import type { JsonObject } from '../../model/json.ts';
import { readTokenCount, type Usage } from '../../model/usage.ts';

/**
 * The counts of the last line. Ollama leaves a count of 0 out (a prompt that stood in its cache as a whole has no
 * `prompt_eval_count`), so one missing count is 0; where both are missing, nobody counted.
 */
export function readOllamaUsage(answer: JsonObject): Usage | undefined {
  const inputTokens = readTokenCount(answer['prompt_eval_count']);
  const outputTokens = readTokenCount(answer['eval_count']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
