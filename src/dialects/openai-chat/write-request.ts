import type { Call, GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { generationOnly } from '../openai-family/generation-only.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { writeExtra } from '../openai-family/write-extra.ts';
import { tokensMax, writeSampling } from '../openai-family/write-sampling.ts';
import { writeStream } from '../openai-family/write-stream.ts';
import { writeMessages } from './write-messages.ts';
import { writeReasoning } from './write-reasoning.ts';
import { writeResponseFormat } from './write-response-format.ts';
import { writeTools } from './write-tools.ts';

/** A call as a chat request, by the quirks of the server that gets it. The order of members never changes. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  const asked = generationOnly(call);
  refuseSuffix(asked, writing);
  if (asked.verbosity !== undefined) writing.warnings.dropped('verbosity');
  return withoutUndefined({
    model: asked.model,
    messages: writeMessages(asked.messages, writing),
    ...writeTools(asked, writing),
    [writing.quirks.tokensField]: tokensMax(asked, writing),
    ...writeSampling(asked, writing),
    ...writeLogprobs(asked, writing),
    ...writeResponseFormat(asked.responseFormat, writing),
    ...writeReasoning(asked, writing),
    ...writeExtra(asked, writing),
    ...writeStream(writing),
  });
}

function refuseSuffix({ suffix }: GenerationCall, { warnings }: Writing): void {
  if (suffix) warnings.refuse('suffix', 'This backend has no native completions; leave "suffix" out.');
}

function writeLogprobs({ logprobs }: GenerationCall, { quirks, warnings }: Writing): JsonObject {
  if (logprobs === undefined) return {};
  if (quirks.logprobs) return { logprobs: true, top_logprobs: logprobs.alternatives || undefined };
  warnings.refuse('logprobs', 'This backend gives no log probabilities; leave "logprobs" out.');
  return {};
}
