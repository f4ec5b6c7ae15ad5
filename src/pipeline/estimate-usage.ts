import { isGenerating, type LedgerOperation } from '../model/operation.ts';
import type { Usage } from '../model/usage.ts';

/**
 * What a backend that tells no usage has probably read and written: the question by what its texts weigh with this
 * model, the answer by its pieces (`written-tokens.ts`). An answer that broke off has cost its tokens, too. Undefined where
 * there is nothing to go by.
 */
export function estimateUsage(
  operation: LedgerOperation,
  contentTokens: number,
  inputTokens: () => number,
): Usage | undefined {
  if (operation === 'embeddings') return { inputTokens: inputTokens(), outputTokens: 0 };
  if (!isGenerating(operation) || contentTokens === 0) return undefined;
  return { inputTokens: inputTokens(), outputTokens: contentTokens };
}
