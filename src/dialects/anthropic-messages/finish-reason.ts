import type { FinishReason } from '../../model/call-event.ts';

export type WireStopReason =
  | 'end_turn'
  | 'stop_sequence'
  | 'max_tokens'
  | 'model_context_window_exceeded'
  | 'tool_use'
  | 'refusal'
  | 'pause_turn'
  | 'compaction';

/** Read and written by the first row that fits, so the order of rows matters. */
const rows: readonly (readonly [wire: WireStopReason, meaning: FinishReason])[] = [
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-text'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context-full'],
  ['tool_use', 'tool-use'],
  ['refusal', 'refusal'],
  ['refusal', 'content-filter'],
  ['pause_turn', 'pause'],
  ['compaction', 'pause'],
];

/** A word nobody knows is a natural end. */
export function readStopReason(wire: string): FinishReason {
  return rows.find((row) => row[0] === wire)?.[1] ?? 'stop';
}

export function writeStopReason(meaning: FinishReason): WireStopReason {
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'end_turn';
}
