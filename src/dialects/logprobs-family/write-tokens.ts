import type { TokenLogprob, TokenOdds } from '../../model/call-event.ts';

/** How OpenAI's chat writes the odds of one token. */
export type WireOdds = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
};

export type WireTokenLogprob = WireOdds & { readonly top_logprobs: readonly WireOdds[] };

/** All members are always there: the published schema requires them. */
export function writeTokens(tokens: readonly TokenLogprob[]): WireTokenLogprob[] {
  return tokens.map((token) => ({ ...writeOdds(token), top_logprobs: token.alternatives.map(writeOdds) }));
}

function writeOdds({ token, logprob, bytes }: TokenOdds): WireOdds {
  return { token, logprob, bytes: bytes ?? bytesOf(token) ?? null };
}

const replacement = Buffer.from('\uFFFD');

/** A token's bytes where the backend does not tell them; undefined if its text shows that they are lost. */
export function bytesOf(token: string): readonly number[] | undefined {
  const bytes = Buffer.from(token);
  return bytes.includes(replacement) ? undefined : [...bytes];
}
