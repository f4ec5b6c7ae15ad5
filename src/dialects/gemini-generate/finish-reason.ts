import type { FinishReason } from '../../model/call-event.ts';

/** Read and written by the first row that fits, so the order of rows matters (protocols 10.8). */
const rows: readonly (readonly [wire: string, meaning: FinishReason])[] = [
  ['STOP', 'stop'],
  ['STOP', 'stop-text'],
  ['STOP', 'tool-use'],
  ['STOP', 'pause'],
  ['MAX_TOKENS', 'length'],
  ['MAX_TOKENS', 'context-full'],
  ['SAFETY', 'content-filter'],
  ['SAFETY', 'refusal'],
  ['RECITATION', 'content-filter'],
  ['LANGUAGE', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['CONTINUATION', 'pause'],
];

/** The model went astray: a failure of the backend, unless something usable came before (T22). */
const faults: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'NO_IMAGE',
  'IMAGE_OTHER',
  'OTHER',
]);

/** Undefined: a word nobody knows, or one of the faults. */
export function readFinishReason(wire: string): FinishReason | undefined {
  return rows.find((row) => row[0] === wire)?.[1];
}

export function isFault(wire: string): boolean {
  return faults.has(wire);
}

/** Some write what means "not yet" into every chunk. */
export function isFinished(wire: string | undefined): wire is string {
  return wire !== undefined && wire !== '' && wire !== 'FINISH_REASON_UNSPECIFIED';
}

export function writeFinishReason(meaning: FinishReason): string {
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'STOP';
}
