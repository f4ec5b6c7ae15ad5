/** Where a client is told something else than the recording says, and why that is right. Anything not listed is a fault. */
import type { Comparable } from './fronts/expected-fold.ts';

export interface Deviation {
  /** Which recordings, by their ids. */
  readonly recordings: RegExp;
  /** Which fronts, by their names. */
  readonly fronts: RegExp;
  /** What is not compared. */
  readonly members: readonly (keyof Comparable)[];
  readonly reason: string;
}

export const expectedDeviations: readonly Deviation[] = [
  {
    recordings: /^gemini-generate--made-prompt-blocked-/,
    fronts: /./,
    members: ['text', 'refusal'],
    reason: 'a blocked prompt is told in words of our own, which no recording can have',
  },
  {
    recordings: /^anthropic-messages--anthropic-refusal-(stream|whole)$/,
    fronts: /./,
    members: ['text', 'refusal'],
    reason: 'the explanation Anthropic gives beside the answer becomes the words of the refusal',
  },
];
