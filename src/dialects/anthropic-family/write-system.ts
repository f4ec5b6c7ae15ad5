import type { Message } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { CacheMarks } from './cache-mark.ts';
import type { WireText } from './wire.ts';

/** How many messages at the start are the system's. */
export function countLeadingSystem(messages: readonly Message[]): number {
  const first = messages.findIndex((message) => message.role !== 'system');
  return first < 0 ? messages.length : first;
}

/** What the system says before the talk: one text, or blocks where the client marked any for the cache (protocols 10.2). */
export function writeSystem(
  leading: readonly Message[],
  closing: string | undefined,
  marks: CacheMarks,
  warnings: Warnings,
): string | WireText[] | undefined {
  const blocks = leading.flatMap((message, at) => systemTexts(message, `messages[${at}]`, marks, warnings));
  if (closing !== undefined) blocks.push({ type: 'text', text: closing });
  if (blocks.length === 0) return undefined;
  if (blocks.some((block) => block.cache_control !== undefined)) return blocks;
  return blocks.map((block) => block.text).join('\n\n');
}

/** The texts of one message of the system's; it cannot show anything. */
export function systemTexts(
  message: Message,
  path: string,
  marks: CacheMarks,
  warnings: Warnings,
): WireText[] {
  return message.parts.flatMap((part, at) => {
    if (part.type !== 'text' && part.type !== 'refusal') {
      warnings.refuse(
        `${path}.content[${at}]`,
        `"${path}.content[${at}]" must be text: a system message holds nothing else.`,
      );
      return [];
    }
    if (part.text.trim() === '') return [];
    const block: WireText = { type: 'text', text: part.text };
    marks.put(part.cache, block);
    return [block];
  });
}

/** A word of the system's in the middle of a talk, for models that hear it only from the user. */
export function asReminder(block: WireText): WireText {
  block.text = `<system-reminder>\n${block.text}\n</system-reminder>`;
  return block;
}
