/** Every surface a client can stream by, and how to ask it: the fake's own question book, put to the gateway. */
import { ALL_TALKING, ASKING, type Wish } from '../fake-upstream/asking.ts';
import { heardStream } from '../fake-upstream/heard.ts';

export interface Front {
  readonly name: string;
  question(wish: Wish): { readonly path: string; readonly body: object };
  /** The text heard so far. */
  heard(text: string): string;
}

const fronts = ALL_TALKING.map(
  (talking): Front => ({
    name: talking,
    question: ASKING[talking],
    heard: (text) => heardStream(talking, text).text,
  }),
);

/** Gemini's stream of old: one JSON array, piece by piece, which no SDK asks for. */
const geminiArray: Front = {
  name: 'gemini as an array',
  question: (wish) => {
    const { path, body } = ASKING.gemini(wish);
    return { path: path.replace('?alt=sse', ''), body };
  },
  heard: (text) => [...text.matchAll(/"text":\s*"([^"]*)"/g)].map(([, words]) => words).join(''),
};

export const everyFront: readonly Front[] = [...fronts, geminiArray];
