import type { FinishReason } from '../../model/call-event.ts';
import type { WireFinishReason } from './wire.ts';

/** Read and written by the first row that fits, so the order of rows matters. */
const rows: readonly (readonly [wire: WireFinishReason, meaning: FinishReason])[] = [
  ['stop', 'stop'],
  ['stop', 'stop-text'],
  ['stop', 'pause'],
  ['length', 'length'],
  ['length', 'context-full'],
  ['tool_calls', 'tool-use'],
  ['function_call', 'tool-use'],
  ['content_filter', 'content-filter'],
  ['content_filter', 'refusal'],
];

/** Words of other makers that shine through their copies of this dialect: Mistral, GLM, Anthropic, Gemini, vLLM. */
const vendorWords: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['model_length', 'context-full'],
  ['model_context_window_exceeded', 'context-full'],
  ['sensitive', 'content-filter'],
  ['safety', 'content-filter'],
  ['refusal', 'refusal'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool-use'],
  ['tool_call', 'tool-use'],
  ['stop_sequence', 'stop-text'],
  ['pause_turn', 'pause'],
]);

/** A word nobody knows (`eos`, …) is a natural end. */
export function readFinishReason(wire: string): FinishReason {
  const known = rows.find((row) => row[0] === wire)?.[1];
  return known ?? vendorWords.get(wire.toLowerCase()) ?? 'stop';
}

/** Does this end mean that all that was begun is whole? Else a call without arguments may have been cut off. */
export function isWholeEnd(reason: FinishReason): boolean {
  return reason === 'tool-use' || reason === 'stop' || reason === 'stop-text';
}

/** `isOldForm`: the client sent `functions`, and knows calls by the word of that time. */
export function writeFinishReason(meaning: FinishReason, isOldForm: boolean): WireFinishReason {
  if (isOldForm && meaning === 'tool-use') return 'function_call';
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'stop';
}
