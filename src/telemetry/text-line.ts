import { jsonText } from './json-text.ts';
import type { LogLevel } from './log-line.ts';

const colours: Readonly<Record<LogLevel, number>> = { debug: 90, info: 36, warn: 33, error: 31 };

/** One line for people: `2026-11-20 11:14:05.123 INFO  message key=value key="two words"`. */
export function textLine(
  ts: string,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  isColoured: boolean,
): string {
  const word = level.toUpperCase().padEnd(5);
  const shown = isColoured ? `\u001b[${colours[level]}m${word}\u001b[39m` : word;
  const when = `${ts.slice(0, 10)} ${ts.slice(11, 23)}`;
  return `${when} ${shown} ${onOneLine(message)}${pairs(fields)}\n`;
}

function pairs(fields: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) text += ` ${onOneLine(key)}=${onOneLine(shownValue(value))}`;
  }
  return text;
}

function shownValue(value: unknown): string {
  if (value instanceof Error) return jsonText(withCauses(value));
  if (typeof value === 'string') return /^[\w.:/@+*-]+$/.test(value) ? value : jsonText(value);
  return jsonText(value);
}

/** `could not send: connect refused`: the story without the stack, which the JSON format has. */
function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${withCauses(error.cause)}` : '';
  return `${error.message}${cause}`;
}

/** No line breaks and no escape sequences: neither a forged line nor a painted terminal. */
function onOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, escaped);
}

function escaped(sign: string): string {
  if (sign === '\n') return '\\n';
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
