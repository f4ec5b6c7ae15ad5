import type { FinishReason } from '../../model/call-event.ts';

/** Read and written by the first row that fits. Ollama has no word for tools, a stop text, or a refusal (protocols 10.8). */
const rows: readonly (readonly [wire: string, meaning: FinishReason])[] = [
  ['stop', 'stop'],
  ['length', 'length'],
  ['length', 'context-full'],
];

/** '' and words nobody knows are a natural end. */
export function readFinishReason(wire: string): FinishReason {
  return rows.find((row) => row[0] === wire)?.[1] ?? 'stop';
}

export function writeFinishReason(meaning: FinishReason): string {
  return rows.find((row) => row[1] === meaning)?.[0] ?? 'stop';
}

/** Said in place of an answer: the model was fetched into memory, or thrown out of it (T25). */
export function isLoadReason(wire: string): boolean {
  return wire === 'load' || wire === 'unload';
}
