import type { Call, GenerationCall, Message } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { generationOnly } from '../openai-family/generation-only.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { writeExtra } from '../openai-family/write-extra.ts';
import { tokensMax, writeSampling } from '../openai-family/write-sampling.ts';
import { writeStream } from '../openai-family/write-stream.ts';

/** A call that is one text as a completions request; a talk is refused. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  const asked = generationOnly(call);
  judge(asked, writing);
  return withoutUndefined({
    model: asked.model,
    prompt: promptOf(asked, writing.warnings),
    suffix: asked.suffix,
    max_tokens: tokensMax(asked, writing),
    ...writeSampling(asked, writing),
    logprobs: logprobs(asked, writing),
    ...writeExtra(asked, writing),
    ...writeStream(writing),
  });
}

/** What a completion cannot be asked for. */
function judge(call: GenerationCall, { warnings }: Writing): void {
  if (call.tools.length > 0) warnings.refuse('tools', 'This model only completes texts; leave "tools" out.');
  if (call.responseFormat !== undefined && call.responseFormat.type !== 'text') {
    warnings.refuse('response_format', 'This model only completes texts; leave "response_format" out.');
  }
  if (call.reasoning !== undefined && call.reasoning.effort !== 'none') warnings.dropped('reasoning_effort');
  if (call.verbosity !== undefined) warnings.dropped('verbosity');
}

/** The one text of the user's; what an app puts before it as system text stands in front. */
function promptOf({ messages, isRawPrompt }: GenerationCall, warnings: Warnings): string {
  const isOneText = messages.length === 1 || isRawPrompt;
  const last = messages.at(-1);
  const fits = isOneText && last?.role === 'user' && messages.slice(0, -1).every(isSystem);
  if (!fits) {
    warnings.forbid(
      'messages',
      'This model only completes texts: "messages" must be one message of the user\'s.',
    );
  }
  return messages.map((message, at) => textOf(message, at, warnings)).join('\n\n');
}

function isSystem({ role }: Message): boolean {
  return role === 'system';
}

function textOf({ parts }: Message, at: number, warnings: Warnings): string {
  const texts = parts.map((part, place) => {
    if (part.type === 'text') return part.text;
    const param = `messages[${at}].content[${place}]`;
    return warnings.forbid(param, `This model reads nothing but text; "${param}" is none.`);
  });
  return texts.join('\n');
}

/** A number here, not a switch; 0 asks for those of the tokens themselves. */
function logprobs({ logprobs: wanted }: GenerationCall, { quirks, warnings }: Writing): number | undefined {
  if (wanted === undefined || quirks.logprobs) return wanted?.alternatives;
  warnings.refuse('logprobs', 'This backend gives no log probabilities; leave "logprobs" out.');
  return undefined;
}
