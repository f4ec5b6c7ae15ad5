import type { Call } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';

/**
 * Would this question be answered the same way each time (row 003-9)? Vectors are; what a model writes is only with
 * temperature 0, one answer, and no tools: whoever asks for a tool to be used wants it used.
 */
export function isRepeatable(call: Call): boolean {
  if (call.kind === 'embeddings') return true;
  if (call.kind !== 'generation') return false;
  return call.temperature === 0 && call.choices === 1 && call.tools.length === 0;
}

/** Is this answer whole, not empty, and nothing but an answer? Cut off at a limit, blocked or failed ones are not kept. */
export function isWhole(events: readonly CallEvent[]): boolean {
  let isEnded = false;
  let hasContent = false;
  for (const event of events) {
    if (!harmless.has(event.type)) return false;
    if (event.type === 'choice-end' && event.reason !== 'stop') return false;
    if (event.type === 'answer-end') isEnded = true;
    if (event.type === 'embedding' || (event.type === 'text-delta' && event.text !== '')) hasContent = true;
  }
  return isEnded && hasContent;
}

const harmless: ReadonlySet<CallEvent['type']> = new Set([
  'answer-start',
  'logprobs',
  'text-delta',
  'choice-end',
  'embedding',
  'usage',
  'model-loaded',
  'answer-end',
]);
