import { isGenerating, type LedgerOperation } from '../model/operation.ts';
import type { Usage } from '../model/usage.ts';

/**
 * What a backend that tells no usage has probably read and written: the question by what its texts weigh with this
 * model, and a token for every frame of content, which is how nearly all runtimes stream. An answer that
 * broke off has cost its tokens, too (faults.md U4, U20). Undefined where there is nothing to go by.
 */
export function estimateUsage(
  operation: LedgerOperation,
  contentFrames: number,
  inputTokens: () => number,
): Usage | undefined {
  if (!isGenerating(operation) || contentFrames === 0) return undefined;
  return { inputTokens: inputTokens(), outputTokens: contentFrames };
}
