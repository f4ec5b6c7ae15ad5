import type { Part } from '../../model/call.ts';

/**
 * The thoughts that go back to the model, which its template may want within a round of tool calls. Those with a
 * signature of another maker are somebody else's and stay here (protocols 10.6).
 */
export function ownThoughts(parts: readonly Part[]): string {
  return parts
    .map((part) => (part.type === 'thinking' && isOwn(part.signature?.origin) ? part.text : ''))
    .join('');
}

function isOwn(origin: string | undefined): boolean {
  return origin === undefined || origin === 'ollama';
}
