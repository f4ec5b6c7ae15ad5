/** Failures, before the first word and after it. */
import { differs, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import type { Check } from './check.ts';
import { BROKEN, type Failure, failsAs, LIMITED, OVERLOADED, UNKNOWN, WRONG } from './failure.ts';

export const failingChecks: Readonly<Record<string, Check>> = {
  'error 400': badRequest,
  'error 401': (told, cell) => failsAs(told, cell, BROKEN),
  'error 404': (told, cell) => failsAs(told, cell, UNKNOWN),
  'error 429': (told, cell) => [...failsAs(told, cell, LIMITED), ...differs('wait', told.retryAfter, '7')],
  'error 500': (told, cell) => failsAs(told, cell, BROKEN),
  'error 529': overloaded,
  'too long a prompt': tooLong,
  'error in mid-stream': midStream,
  'stream that breaks off': brokenOff,
  'error inside a 200': insideOf200,
  'page instead of an answer': page,
};

/** In every provider's words, of which these are the heart. */
const TOO_LONG: Readonly<Record<string, string>> = {
  'openai-chat': 'maximum context length is 8192 tokens',
  'openai-responses': 'exceeds the context window',
  'anthropic-messages': 'prompt is too long: 8193 tokens > 8192 maximum',
  'gemini-generate': 'token count (8193) exceeds the maximum',
  'ollama-chat': 'the input length exceeds the context length',
  'cohere-chat': 'too many tokens: size limit exceeded by 1 tokens',
  azure: 'maximum context length is 8192 tokens',
};

/** The words of the backend are kept; a code may be its own, but neither a bare status nor another house's word. */
function badRequest(told: Told, cell: Cell): string[] {
  const code = told.error?.code ?? '';
  return [
    ...failsAs(told, cell, WRONG),
    ...unless(told.error?.message.includes('the field is odd') === true, `words ${told.error?.message}`),
    ...unless(!/^\d+$|^[A-Z_]+$/.test(code), `code ${code}`),
  ];
}

function overloaded(told: Told, cell: Cell): string[] {
  const status = cell.front.family === 'anthropic' ? 529 : OVERLOADED.status;
  return failsAs(told, cell, { ...OVERLOADED, status });
}

function tooLong(told: Told, cell: Cell): string[] {
  const words = told.error?.message ?? '';
  const failure: Failure = { ...WRONG, openAi: ['invalid_request_error', 'context_length_exceeded'] };
  return [
    ...failsAs(told, cell, failure),
    ...unless(words.includes(TOO_LONG[cell.back] ?? '?'), `words ${words}`),
    ...unless(cell.front.family !== 'anthropic' || words.startsWith('prompt is too long'), `words ${words}`),
  ];
}

/** The in-band error of the dialect, and no clean end (the readers note one as a slip). */
function midStream(told: Told, cell: Cell): string[] {
  const { error } = told;
  const codes = cell.front.family.startsWith('openai') ? differs('code', error?.code, 'upstream_error') : [];
  return [
    ...differs('status', told.status, 200),
    ...unless(told.text.startsWith('one two three four'), `text ${told.text}`),
    ...unless(!told.isComplete, 'a clean end'),
    ...unless(error !== undefined && error.message !== '', 'no error in the stream'),
    ...unless(error?.word !== 'no number', 'an error without its number'),
    ...(error ? codes : []),
  ];
}

/** The end of the bytes is no end of the answer (T5). */
function brokenOff(told: Told): string[] {
  return [
    ...differs('status', told.status, 200),
    ...unless(told.text.startsWith('one two three four'), `text ${told.text}`),
    ...unless(!told.isComplete, 'a clean end'),
    ...unless(told.error !== undefined, 'no error in the stream'),
  ];
}

/** Before the first word a status can still be told; a stream may have begun. */
function insideOf200(told: Told, cell: Cell): string[] {
  if (cell.form === 'whole' || told.status !== 200) return failsAs(told, cell, BROKEN);
  return [
    ...unless(told.error !== undefined, 'no error in the stream'),
    ...unless(!told.isComplete, 'a clean end'),
  ];
}

function page(told: Told, cell: Cell): string[] {
  const failure: Failure = { ...BROKEN, openAi: ['server_error', 'upstream_bad_response'] };
  return [
    ...failsAs(told, cell, failure),
    ...unless(!told.error?.message.includes('hotel'), 'the page is told'),
  ];
}
