/** A cell in a few words. */
import type { Told, ToldError, ToldTool, ToldWarning } from './told.ts';

export type Piece = keyof typeof pieces;

const CELL_MAX = 60;
const TEXT_MAX = 44;
const WORDS_MAX = 40;
const REFUSAL_MAX = 22;

/** What is told of an answer, piece by piece; '' is left out. */
const pieces = {
  text: ({ text, refusal }: Told) => (text === '' && refusal !== '' ? '' : quoted(text, TEXT_MAX)),
  thoughts: ({ thoughts }: Told) => `thinks ${quoted(thoughts, TEXT_MAX)}`,
  refusal: ({ refusal }: Told) => (refusal === '' ? '' : `refuses ${quoted(refusal, REFUSAL_MAX)}`),
  finish: ({ finish }: Told) => finish ?? 'no end',
  tokens: ({ input, output }: Told) => `${input ?? '?'}/${output ?? '?'}`,
  counts: ({ input, cached, output, reasoning }: Told) =>
    `${input ?? '?'} (${cached ?? '–'}) / ${output ?? '?'} (${reasoning ?? '–'})`,
  // What was learned from earlier answers is another number tomorrow.
  counted: ({ input, warnings }: Told) => (warnings.length > 0 ? 'an estimate' : `${input ?? '?'} tokens`),
  choices: ({ choices }: Told) => `${choices} answers`,
  tools: ({ tools }: Told) => (tools.length === 0 ? 'no call' : tools.map(shownTool).join(' + ')),
  ranking: ({ ranking }: Told) => ranking.join(' > '),
  vectors: ({ vectors }: Told) => `${vectors.length} × ${vectors[0]?.length ?? 0} numbers`,
  ending: ({ error, isComplete }: Told) =>
    error ? `then ${shownError(error)}` : isComplete ? 'then a clean end' : 'then nothing',
  error: () => 'no error',
  words: () => '',
} as const satisfies Record<string, (told: Told) => string>;

export function show(told: Told | undefined, wanted: readonly Piece[]): string {
  if (told === undefined) return '–';
  const shown = told.status === 200 ? wanted.map((piece) => pieces[piece](told)) : refusedWith(told, wanted);
  const slips = told.slips.length > 0 ? ['! odd frames'] : [];
  return cut([...shown, ...warningsIn(told), ...slips].filter(Boolean).join(' · '), CELL_MAX);
}

/** `look_up(city="Köln", days=1)`; arguments that are no object as they are. */
function shownTool({ name, args }: ToldTool): string {
  if (args === undefined) return `${name}(–)`;
  if (typeof args !== 'object' || args === null) return `${name}(${JSON.stringify(args)})`;
  const members = Object.entries(args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}(${members.join(', ')})`;
}

function refusedWith({ status, error, retryAfter }: Told, wanted: readonly Piece[]): string[] {
  if (error === undefined) return [`${status} without words`];
  if (wanted.includes('words') || error.word === '')
    return [`${status} ${quoted(error.message, WORDS_MAX)}`, waitIn(retryAfter)];
  const param = error.param === '' ? '' : ` (${error.param})`;
  return [`${status} ${shownError(error)}${param}`, waitIn(retryAfter)];
}

function waitIn(retryAfter: string | undefined): string {
  return retryAfter === undefined ? '' : `after ${retryAfter} s`;
}

/** The code where there is one, else the word of the dialect; a dialect without either has only its sentence. */
function shownError({ code, word }: ToldError): string {
  return code || word || 'an error';
}

function warningsIn({ warnings }: Told): string[] {
  const [first] = warnings;
  if (first === undefined) return [];
  const rest = warnings.length > 2 ? ` +${warnings.length - 2}` : '';
  return [`W ${warnings.slice(0, 2).map(shownWarning).join(', ')}${rest}`];
}

const SIGNS: Readonly<Record<string, string>> = { dropped: '', changed: '~', estimated: '≈' };

function shownWarning({ action, param }: ToldWarning): string {
  return `${SIGNS[action] ?? '?'}${param}`;
}

/** Never a line end, and no longer than a cell can bear. */
function quoted(text: string, max: number): string {
  return `“${cut(text.replace(/\s+/g, ' '), max)}”`;
}

function cut(text: string, max: number): string {
  const letters = [...text];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : text;
}
