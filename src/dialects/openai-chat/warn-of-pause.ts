import type { FinishReason } from '../../model/call-event.ts';
import type { Warnings } from '../../model/warnings.ts';

/** A turn that only pauses looks finished here: the client must know that there is more to ask for (protocols 10.8). */
export function warnOfPause(reason: FinishReason, warnings: Warnings): void {
  if (reason === 'pause') warnings.changed('finish_reason', 'paused_turn_told_as_stop');
}
