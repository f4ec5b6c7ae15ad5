import type { CallEvent, TokenLogprob } from '../../model/call-event.ts';

/**
 * The events of one piece of an answer with the tokens told beside it, where they belong: directly before the
 * text. A piece may hold thoughts as well, and a whole answer's tokens are those of its text.
 */
export function withTokens(
  choice: number,
  tokens: readonly TokenLogprob[],
  events: readonly CallEvent[],
): readonly CallEvent[] {
  if (tokens.length === 0) return events;
  const text = Math.max(
    events.findIndex((event) => event.type === 'text-delta'),
    0,
  );
  return [...events.slice(0, text), { type: 'logprobs', choice, tokens }, ...events.slice(text)];
}
