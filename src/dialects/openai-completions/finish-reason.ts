import type { FinishReason } from '../../model/call-event.ts';
import type { WireFinishReason } from './wire.ts';

/** Read and written by the first row that fits. What a completion cannot say (a tool use) is a natural end. */
const rows: readonly (readonly [wire: WireFinishReason, meaning: FinishReason])[] = [
  ['stop', 'stop'],
  ['stop', 'stop-text'],
  ['length', 'length'],
  ['length', 'context-full'],
  ['content_filter', 'content-filter'],
  ['content_filter', 'refusal'],
];

/** A word nobody knows (`eos`, …) is a natural end. */
export function readFinishReason(wire: string): FinishReason {
  return rows.find((row) => row[0] === wire)?.[1] ?? 'stop';
}

export function writeFinishReason(meaning: FinishReason): WireFinishReason {
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'stop';
}
