import type { TokenLogprob, TokenOdds } from '../../model/call-event.ts';
import type { WireLogprobs, WireOdds } from './wire.ts';

/** The member of a candidate, or none. The two lists go in step, so one is whole or not there. */
export function writeLogprobs(tokens: readonly TokenLogprob[]): WireLogprobs {
  if (tokens.length === 0) return {};
  const chosenCandidates = tokens.map(writeOdds);
  if (tokens.every(({ alternatives }) => alternatives.length === 0)) {
    return { logprobsResult: { chosenCandidates } };
  }
  const topCandidates = tokens.map(({ alternatives }) => ({ candidates: alternatives.map(writeOdds) }));
  return { logprobsResult: { topCandidates, chosenCandidates } };
}

/** There is no place for bytes. */
function writeOdds({ token, logprob }: TokenOdds): WireOdds {
  return { token, logProbability: logprob };
}
