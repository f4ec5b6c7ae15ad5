import type { TokenLogprob } from '../../model/call-event.ts';
import { writeTokens } from '../logprobs-family/write-tokens.ts';
import type { WireLogprobs } from './wire.ts';

/** Where nobody told any, the member is null as a whole. */
export function writeLogprobs(
  content: readonly TokenLogprob[],
  refusal: readonly TokenLogprob[] = [],
): WireLogprobs | null {
  if (content.length === 0 && refusal.length === 0) return null;
  return { content: tokensOrNull(content), refusal: tokensOrNull(refusal) };
}

function tokensOrNull(tokens: readonly TokenLogprob[]) {
  return tokens.length === 0 ? null : writeTokens(tokens);
}
