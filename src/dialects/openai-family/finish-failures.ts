import type { HeardError } from '../dialect.ts';

/** The finish reasons by which OpenRouter, Mistral and DeepSeek say that the answer failed half way. */
const failures: ReadonlySet<string> = new Set(['error', 'insufficient_system_resource']);

/** The failure that a finish reason stands for, or undefined if it is an honest end. */
export function finishFailure(reason: string | undefined): HeardError | undefined {
  if (reason === undefined || !failures.has(reason)) return undefined;
  return { message: `the backend gave up half way (finish_reason ${reason})` };
}
