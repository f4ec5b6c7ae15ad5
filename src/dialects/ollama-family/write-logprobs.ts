import type { TokenLogprob, TokenOdds } from '../../model/call-event.ts';
import { bytesOf } from '../logprobs-family/write-tokens.ts';
import type { WireLogprobs, WireOdds, WireTokenLogprob } from './wire.ts';

/** The member of a line, or none: Ollama leaves out what is empty. */
export function writeLogprobs(tokens: readonly TokenLogprob[]): WireLogprobs {
  return tokens.length === 0 ? {} : { logprobs: tokens.map(writeToken) };
}

function writeToken({ alternatives, ...odds }: TokenLogprob): WireTokenLogprob {
  if (alternatives.length === 0) return writeOdds(odds);
  return { ...writeOdds(odds), top_logprobs: alternatives.map(writeOdds) };
}

function writeOdds({ token, logprob, bytes = bytesOf(token) }: TokenOdds): WireOdds {
  return bytes === undefined ? { token, logprob } : { token, logprob, bytes };
}
