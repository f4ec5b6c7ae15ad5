import type { CallEvent } from '../../model/call-event.ts';
import type { CarriedSignature } from './carried-signature.ts';

/**
 * The end of a reasoning item, with what it carries. Without a word of the thoughts, and that is the rule at
 * OpenAI, it is a block only its maker can read; another maker's thoughts may just not have been shown.
 */
export function readSigned(carried: CarriedSignature | undefined, hasText: boolean): CallEvent[] {
  if (hasText) return [{ type: 'thinking-end', choice: 0, signature: carried?.signature }];
  if (carried === undefined) return [];
  const { signature } = carried;
  const isHidden = carried.carried === 'thinking' && signature.origin !== 'openai';
  return [{ type: isHidden ? 'thinking-end' : 'redacted-thinking', choice: 0, signature }];
}
