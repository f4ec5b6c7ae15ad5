import type { Quota } from './config.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';

/**
 * How many tokens and requests an app may use (rows 001-19, 001-38, 001-39). Each key stands for itself: what an app
 * does not say is as the daemon has it, and `null`, for one key or for all, is no limit. Undefined: nothing is limited.
 */
export function normaliseQuota(written: DaemonFile['quota'], defaults?: Quota): Quota | undefined {
  if (written === null) return undefined;
  if (written === undefined) return defaults;
  const quota: Quota = {
    inputTokensPerDay: either(written.input_tokens_per_day, defaults?.inputTokensPerDay),
    outputTokensPerDay: either(written.output_tokens_per_day, defaults?.outputTokensPerDay),
    requestsPerDay: either(written.requests_per_day, defaults?.requestsPerDay),
    maxInputTokens: either(written.max_input_tokens, defaults?.maxInputTokens),
    maxOutputTokens: either(written.max_output_tokens, defaults?.maxOutputTokens),
  };
  return Object.values(quota).every((limit) => limit === undefined) ? undefined : quota;
}

function either(own: number | null | undefined, inherited: number | undefined): number | undefined {
  if (own === null) return undefined;
  return own ?? inherited;
}
