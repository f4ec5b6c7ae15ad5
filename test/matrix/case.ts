/** One thing that is tried, by every client with every backend. */
import type { JsonObject } from '../fake-upstream/json.ts';
import { talkingFronts } from './fronts/all-fronts.ts';
import type { Front } from './fronts/front.ts';
import type { Piece } from './show.ts';
import type { Wish } from './wish.ts';

export interface Case {
  readonly name: string;
  /** Two sentences: what is asked, and what to look at. */
  readonly about: string;
  readonly wish: Wish;
  /** How the backend shall behave, as knobs of the fake. */
  readonly scenario: string;
  readonly forms: readonly Form[];
  readonly fronts: readonly Front[];
  readonly shows: readonly Piece[];
}

export type Form = 'whole' | 'streamed';

/** The arguments of a tool, or an answer, that is an object. */
export const PLACE: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
};

export const says = (text: string): Wish => ({ turns: [{ by: 'user', text }] });

type Facts = Pick<Case, 'name' | 'about' | 'wish' | 'shows'> & Partial<Case>;

/** Whole and streamed, by every client that talks, with a backend that behaves: unless told otherwise. */
export const both = (facts: Facts): Case => ({
  scenario: '',
  forms: ['whole', 'streamed'],
  fronts: talkingFronts,
  ...facts,
});
