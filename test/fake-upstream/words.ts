/** The pieces an answer is made of. One word is one token. */
import type { Asked } from './asked-and-said.ts';
import { HUGE_TEXT } from './huge-text.ts';
import { sampleObject } from './sample.ts';
import type { Scenario } from './scenario.ts';

export const PLAIN_WORDS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
] as const;
const WIDE_WORDS = ['Grüße', '👋🏽', 'aus', 'Köln', '日本語', '👩‍👩‍👧', 'naïve', '𝄞'];
const FLOOD_PIECE = 'x'.repeat(16 * 1024);
const JSON_PIECE = /.{1,6}/gsu;

export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** A text in words, each with the blank behind it, so that joined they are the text again. */
export function inPieces(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

export function wantedPieces(asked: Asked, scenario: Scenario, echoed: string | undefined): string[] {
  if (echoed !== undefined) return inPieces(echoed);
  if (scenario.has('huge-line')) return [HUGE_TEXT];
  const vocabulary = scenario.has('split-utf8') ? WIDE_WORDS : PLAIN_WORDS;
  const words = scenario.number('words');
  if (words !== undefined) return plainWords(words, vocabulary);
  const echo =
    asked.toolResult === undefined ? `You said: ${asked.text}` : `The tool said: ${asked.toolResult}`;
  if (asked.schema) return jsonAnswer(asked.schema, echo).match(JSON_PIECE) ?? [];
  return inPieces(scenario.has('split-utf8') ? `${WIDE_WORDS.join(' ')} ${echo}` : echo);
}

export function plainWords(count: number, vocabulary: readonly string[]): string[] {
  return Array.from({ length: count }, (_, at) => {
    const word = vocabulary[at % vocabulary.length] ?? '';
    return at < count - 1 ? `${word} ` : word;
  });
}

/** Made while it is read, and as often as it is read. */
export function flood(megabytes: number): Iterable<string> {
  const pieces = Math.ceil((megabytes * 1024 * 1024) / FLOOD_PIECE.length);
  return {
    *[Symbol.iterator]() {
      for (let sent = 0; sent < pieces; sent++) yield FLOOD_PIECE;
    },
  };
}

/** Does an answer have no text? Looks at the first piece only: there may be many. */
export function isWordless(pieces: Iterable<string>): boolean {
  for (const _ of pieces) return false;
  return true;
}

/** A text in pieces of so many characters: the arguments of a tool as they are streamed. */
export function inBits(text: string, length = 8): string[] {
  const bits = Math.ceil(text.length / length);
  return Array.from({ length: bits }, (_, at) => text.slice(at * length, (at + 1) * length));
}

export interface BeforeStop {
  readonly pieces: readonly string[];
  /** The stop text that came first, if any did. */
  readonly stopText?: string;
}

export function beforeStopText(pieces: readonly string[], stopTexts: readonly string[] = []): BeforeStop {
  const text = pieces.join('');
  const hits = stopTexts
    .map((stopText) => ({ stopText, at: stopText === '' ? -1 : text.indexOf(stopText) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const [first] = hits;
  return first ? { pieces: cutOff(pieces, first.at), stopText: first.stopText } : { pieces };
}

function cutOff(pieces: readonly string[], length: number): string[] {
  let left = length;
  const kept = pieces.map((piece) => {
    const part = piece.slice(0, left);
    left -= part.length;
    return part;
  });
  return kept.filter(Boolean);
}

/** Any object will do if the schema says nothing. */
function jsonAnswer(schema: Asked['schema'] & object, echo: string): string {
  return JSON.stringify(Object.keys(schema).length === 0 ? { said: echo } : sampleObject(schema));
}
