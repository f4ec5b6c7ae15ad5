import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { FreeIds } from '../tool-use-family/free-ids.ts';

/** What the blocks of one message have in common. */
export interface MessageSoFar {
  readonly warnings: Warnings;
  readonly toolIds: FreeIds;
}

/** Reads one content block: what it began with, its deltas, its end. */
export interface BlockReader {
  /** Did it tell of a tool use? A cut one cannot be mended. */
  readonly isToolUse: boolean;
  start(): CallEvent[];
  delta(delta: JsonObject): CallEvent[];
  stop(): CallEvent[];
}

/** A piece of text as an event; none for no text. */
export function textDelta(text: string | undefined): CallEvent[] {
  return text ? [{ type: 'text-delta', choice: 0, text }] : [];
}
