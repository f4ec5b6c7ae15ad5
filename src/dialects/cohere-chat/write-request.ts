import type { Call, GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { wrongKind } from '../cohere-family/wrong-kind.ts';
import type { Writing } from '../dialect.ts';
import { writeExtra } from './write-extra.ts';
import { writeLimits } from './write-limits.ts';
import { writeMessages } from './write-messages.ts';
import { writeResponseFormat } from './write-response-format.ts';
import { writeSampling } from './write-sampling.ts';
import { writeThinking } from './write-thinking.ts';
import { writeTools } from './write-tools.ts';

/**
 * A call as a request of Cohere's chat. Members that are undefined are not sent. What comes first in the bytes
 * is what stays the same from turn to turn.
 */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') throw wrongKind(call.kind);
  giveUp(call, writing.warnings);
  return {
    model: call.model,
    ...writeTools(call, writing),
    messages: writeMessages(call.messages, writing.warnings),
    response_format: writeResponseFormat(call, writing),
    ...writeLimits(call, writing),
    ...writeSampling(call, writing),
    thinking: writeThinking(call.reasoning, writing.warnings),
    ...writeExtra(call.extra, writing.warnings),
    stream: writing.isStream ? true : undefined,
  };
}

/** What Cohere has nothing like. The user behind the request is book-keeping and goes silently (letter D). */
function giveUp(call: GenerationCall, warnings: Warnings): void {
  if (call.choices > 1) warnings.refuse('n', 'The backend gives one answer at a time; leave out "n".');
  if (call.suffix !== undefined)
    warnings.refuse('suffix', 'The backend cannot fill in the middle of a text.');
  if (call.isRawPrompt) warnings.changed('prompt', 'sent_as_message');
  if (call.verbosity !== undefined) warnings.dropped('verbosity');
}
