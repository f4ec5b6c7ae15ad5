import { jsonText, quote } from './json-text.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How loud each level is; a log of a level prints it and everything louder. */
export const loudness: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };

export type LogFields = Readonly<Record<string, unknown>>;

/** `{"ts":…,"level":…,"msg":…,` and the fields in order. */
export function jsonLine(ts: string, level: LogLevel, message: string, fields: LogFields): string {
  let line = `{"ts":"${ts}","level":"${level}","msg":${quote(message)}`;
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) line += `,${quote(keyOf(key))}:${jsonText(value)}`;
  }
  return `${line}}\n`;
}

/** A field may not pass itself off as the head of the line. */
function keyOf(key: string): string {
  return key === 'ts' || key === 'level' || key === 'msg' ? `${key}_` : key;
}
