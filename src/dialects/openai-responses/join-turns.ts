import type { Message } from '../../model/call.ts';

/**
 * Items are finer than messages: reasoning, text and calls of one turn of the assistant stand side by side, and
 * become one message here, in their order.
 */
export function joinTurns(messages: readonly Message[]): Message[] {
  const joined: { message: Message; parts: Message['parts'][number][] }[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.message.role === 'assistant' && message.role === 'assistant') last.parts.push(...message.parts);
    else joined.push({ message, parts: [...message.parts] });
  }
  return joined.map(({ message, parts }) => ({ ...message, parts }));
}
