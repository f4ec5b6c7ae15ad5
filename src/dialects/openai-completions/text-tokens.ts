import type { TokenLogprob } from '../../model/call-event.ts';
import type { WireLogprobs } from './wire.ts';

/** Writes the tokens of one choice, and counts how far into the text each of them stands. */
export class TextTokens {
  #offset = 0;

  /** What is told beside this piece of the text; null if it is the text alone. */
  write(tokens: readonly TokenLogprob[], text: string): WireLogprobs | null {
    const start = this.#offset;
    this.#offset += lengthOf(text);
    return tokens.length === 0 ? null : columnsOf(tokens, start);
  }
}

function columnsOf(tokens: readonly TokenLogprob[], start: number): WireLogprobs {
  let offset = start;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(writeTop),
    text_offset: tokens.map(({ token }) => {
      const here = offset;
      offset += lengthOf(token);
      return here;
    }),
  };
}

/** Named by their text, so of two that look alike only the first, which is the likelier, can be told. */
function writeTop({ alternatives }: TokenLogprob): { readonly [token: string]: number } {
  const byToken = new Map<string, number>();
  for (const { token, logprob } of alternatives) if (!byToken.has(token)) byToken.set(token, logprob);
  return Object.fromEntries(byToken);
}

/** In characters as OpenAI counts them: whole ones, not halves of UTF-16. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
