import type { Operation } from '../model/operation.ts';
import type { Usage } from '../model/usage.ts';

/** English and code come to about four bytes a token; it is an estimate, and marked as one. */
const BYTES_PER_TOKEN = 4;

const generating: ReadonlySet<Operation> = new Set(['chat', 'completions', 'responses']);

/**
 * What a backend that tells no usage has probably read and written: bytes of the question, and a token for
 * every frame of content, which is how nearly all runtimes stream. An answer that broke off has cost its
 * tokens, too (faults.md U4, U20). Undefined where there is nothing to go by.
 */
export function estimateUsage(
  operation: Operation,
  questionBytes: number,
  contentFrames: number,
): Usage | undefined {
  if (!generating.has(operation) || contentFrames === 0) return undefined;
  return { inputTokens: Math.ceil(questionBytes / BYTES_PER_TOKEN), outputTokens: contentFrames };
}
