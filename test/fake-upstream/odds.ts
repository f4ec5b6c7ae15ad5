/** How probable the pieces of an answer were, for those who ask: made up, but the same in every dialect. */
import type { Asked } from './asked-and-said.ts';

export interface Odds {
  readonly token: string;
  readonly logprob: number;
  /** The likeliest in this place, the token itself first; none if nobody asked for them. */
  readonly likeliest: readonly Likely[];
}

interface Likely {
  readonly token: string;
  readonly logprob: number;
}

/** The odds of one piece; undefined if they were not asked for. */
export function oddsOf(token: string, at: number, { alternatives }: Asked): Odds | undefined {
  if (alternatives === undefined) return undefined;
  // Eighths are exact in binary: what arrives can be compared as it is.
  const logprob = -(at + 1) / 8;
  const likeliest = Array.from({ length: alternatives }, (_, place) => ({
    token: place === 0 ? token : `${token}${'?'.repeat(place)}`,
    logprob: logprob - place,
  }));
  return { token, logprob, likeliest };
}

/** The pieces, each with its odds. */
export function* withOdds(
  pieces: Iterable<string>,
  asked: Asked,
): Generator<readonly [string, Odds | undefined]> {
  let at = 0;
  for (const piece of pieces) yield [piece, oddsOf(piece, at++, asked)];
}

/** The odds of all pieces; none if they were not asked for. */
export function allOdds(pieces: Iterable<string>, asked: Asked): Odds[] {
  if (asked.alternatives === undefined) return [];
  return [...withOdds(pieces, asked)].flatMap(([, odds]) => odds ?? []);
}
