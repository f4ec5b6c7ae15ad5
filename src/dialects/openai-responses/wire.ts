import type { JsonObject, JsonValue } from '../../model/json.ts';

/**
 * What travels on the Responses API (protocols 2.11), as far as this house writes it. What it reads is never
 * trusted to have a type: the readers narrow `JsonValue` member by member.
 */

/** One event of the stream before it gets its `sequence_number`. */
export interface WireEvent extends JsonObject {
  readonly type: string;
}

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** A `response` object, whole or as it stands in the stream's first and last events. */
export interface WireResponse extends JsonObject {
  readonly id: string;
  readonly object: 'response';
  readonly status: ResponseStatus;
  readonly output: readonly JsonValue[];
}

/**
 * One event as it goes out: `event:` line, one line of data, blank line (protocols 1.2). The number is put into the
 * text: a copy of the object with one member more would cost more than all the rest of the event.
 */
export function writeFrame(event: WireEvent, sequenceNumber: number): string {
  const members = JSON.stringify(event).slice(0, -1);
  return `event: ${event.type}\ndata: ${members},"sequence_number":${sequenceNumber}}\n\n`;
}
