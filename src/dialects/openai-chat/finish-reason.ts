import type { FinishReason } from '../../model/call-event.ts';
import type { WireFinishReason } from './wire.ts';

/** Read and written by the first row that fits, so the order of rows matters. */
const rows: readonly (readonly [wire: WireFinishReason, meaning: FinishReason])[] = [
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-use'],
  ['function_call', 'tool-use'],
  ['content_filter', 'content-filter'],
  ['content_filter', 'refusal'],
];

/** Mistral's word for a full context. */
const vendorWords: Readonly<Record<string, FinishReason>> = { model_length: 'length' };

/** A word nobody knows (`eos`, …) is a natural end. */
export function readFinishReason(wire: string): FinishReason {
  return rows.find((row) => row[0] === wire)?.[1] ?? vendorWords[wire] ?? 'stop';
}

/** `isOldForm`: the client sent `functions`, and knows calls by the word of that time. */
export function writeFinishReason(meaning: FinishReason, isOldForm: boolean): WireFinishReason {
  if (isOldForm && meaning === 'tool-use') return 'function_call';
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'stop';
}
