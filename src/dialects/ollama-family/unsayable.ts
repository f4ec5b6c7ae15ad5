import type { CallEvent } from '../../model/call-event.ts';
import type { Warnings } from '../../model/warnings.ts';

/** Is this a further answer to the same question? There is only one here; what was lost is told. */
export function isFurtherAnswer(event: CallEvent, warnings: Warnings): boolean {
  const isFurther = 'choice' in event && event.choice > 0;
  if (isFurther) warnings.dropped('n', 'one_answer_only');
  return isFurther;
}

/** Tells of pieces of an answer that have no place on this wire. Signatures go quietly: nobody could send them back. */
export function warnOfUnsayable(event: CallEvent, warnings: Warnings): void {
  if (event.type === 'image' || event.type === 'image-url') warnings.dropped('image', 'no_place_in_answer');
  else if (event.type === 'redacted-thinking') warnings.dropped('thinking', 'no_place_in_answer');
}
