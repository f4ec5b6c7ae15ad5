import type { FinishReason } from '../../model/call-event.ts';
import { isJsonObject, type JsonValue, objectMember, stringMember } from '../../model/json.ts';

/**
 * How an answer ended (protocols 10.8). Only two endings have a word of their own here; a natural end, a tool
 * call, a pause and a model's refusal are all `completed`, and the output items tell them apart. The first row
 * of a word is what it is read as.
 */
const incompleteReasons = [
  ['length', 'max_output_tokens'],
  ['context-full', 'max_output_tokens'],
  ['content-filter', 'content_filter'],
] as const satisfies readonly (readonly [FinishReason, string])[];

/** The word for `incomplete_details.reason`, or undefined where the response is `completed`. */
export function writeIncompleteReason(reason: FinishReason): string | undefined {
  return incompleteReasons.find(([ours]) => ours === reason)?.[1];
}

/** What was seen among the output items before the end. */
export interface Seen {
  readonly toolUse: boolean;
  readonly refusal: boolean;
}

/** A tool use wins over a natural end, but never over an answer that was cut (protocols 10.8). */
export function readFinishReason(response: JsonValue | undefined, seen: Seen): FinishReason {
  if (isJsonObject(response) && isIncomplete(response['status'], response['incomplete_details'])) {
    const details = objectMember(response, 'incomplete_details');
    const word = details === undefined ? undefined : stringMember(details, 'reason');
    return incompleteReasons.find(([, theirs]) => theirs === word)?.[0] ?? 'length';
  }
  if (seen.toolUse) return 'tool-use';
  return seen.refusal ? 'refusal' : 'stop';
}

/** Some servers say it in the details alone. */
function isIncomplete(status: JsonValue | undefined, details: JsonValue | undefined): boolean {
  return status === 'incomplete' || (status === undefined && isJsonObject(details));
}
