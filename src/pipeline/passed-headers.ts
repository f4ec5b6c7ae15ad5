import type { AnswerHeaders } from '../upstream/send.ts';

/** The backend's headers a client may see, and under which name; everything else stays here (contract 5). */
const passed: readonly (readonly [string, string])[] = [
  ['openai-processing-ms', 'openai-processing-ms'],
  ['openai-version', 'openai-version'],
  ['x-request-id', 'x-upstream-request-id'],
];

const none: readonly string[] = [];

/** Names and values in turn. Values are a backend's, so anything but plain visible text is left out. */
export function passedHeaders(headers: AnswerHeaders): readonly string[] {
  let found: string[] | undefined;
  for (const [name, shownAs] of passed) {
    const value = headers[name];
    if (typeof value !== 'string' || !isPlain(value)) continue;
    found ??= [];
    found.push(shownAs, value);
  }
  return found ?? none;
}

function isPlain(value: string): boolean {
  return value.length <= 200 && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
