import type { CallEvent } from '../../model/call-event.ts';
import type { Warnings } from '../../model/warnings.ts';

/** What an answer holds that a completion cannot say, under the names it would have in a chat. */
const unspoken: ReadonlyMap<CallEvent['type'], string> = new Map<CallEvent['type'], string>([
  ['tool-use-start', 'tool_calls'],
  ['image', 'images'],
  ['image-url', 'images'],
]);

export function warnOfUnspoken({ type }: CallEvent, warnings: Warnings): void {
  const param = unspoken.get(type);
  if (param !== undefined) warnings.dropped(param);
}
