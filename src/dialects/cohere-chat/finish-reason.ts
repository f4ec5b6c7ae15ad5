import type { FinishReason } from '../../model/call-event.ts';
import type { HeardError } from '../dialect.ts';
import type { WireFinishReason } from './wire.ts';

/** `failure`: the answer broke off, and the backend says so instead of closing the line (protocols 10.8). */
const rows: readonly (readonly [wire: WireFinishReason, meaning: FinishReason | 'failure'])[] = [
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop-text'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool-use'],
  ['ERROR', 'failure'],
  ['TIMEOUT', 'failure'],
];

/** A word nobody knows is a natural end. */
export function readFinishReason(wire: string): FinishReason {
  const meaning = meaningOf(wire);
  return meaning === 'failure' ? 'stop' : meaning;
}

/** The failure that a finish reason stands for, or undefined if it is an honest end. */
export function finishFailure(wire: string | undefined): HeardError | undefined {
  if (wire === undefined || meaningOf(wire) !== 'failure') return undefined;
  return { message: `the backend gave up half way (finish_reason ${wire})` };
}

function meaningOf(wire: string): FinishReason | 'failure' {
  return rows.find((row) => row[0] === wire)?.[1] ?? 'stop';
}
