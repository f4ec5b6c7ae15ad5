import type { GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readLimit } from '../openai-family/read-limit.ts';
import { readSampling, samplingNames } from '../openai-family/read-sampling.ts';
import { readCount, readString } from '../openai-family/request-fields.ts';
import { readPrompt } from './prompt.ts';
import { readLogprobs } from './read-logprobs.ts';

/** The members that have a place of their own in a call, are the front's business (`stream`), or are refused. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'max_tokens',
  'n',
  'best_of',
  'echo',
  'suffix',
  'logprobs',
  'stream',
  'stream_options',
  ...samplingNames,
  ...bookKeeping,
]);

/** A completion as a conversation of one message (protocols 2.5). OpenAI's 16 tokens at most are not taken for granted. */
export function readCall(body: JsonObject, { address, warnings }: Reading): GenerationCall {
  refuseWhatOnlyCompletionsCan(body, warnings);
  return {
    kind: 'generation',
    model: readModel(body, address) ?? '',
    messages: [{ role: 'user', parts: [{ type: 'text', text: readOnePrompt(body) }] }],
    tools: [],
    outputTokensMax: readLimit(body, ['max_tokens'], warnings),
    ...readSampling(body),
    choices: readCount(body, 'n', 1) ?? 1,
    logprobs: readLogprobs(body),
    isRawPrompt: true,
    suffix: readString(body, 'suffix') || undefined,
    extra: membersBut(body, placed),
  };
}

/** Nothing is left to go on with without the prompt, so not even a lenient route gets by. */
function readOnePrompt(body: JsonObject): string {
  const prompt = readPrompt(body);
  if (prompt.kind === 'text') return prompt.text;
  if (prompt.kind === 'tokens') throw unreadable('cannot be tokens; send text');
  const [text, ...others] = prompt.texts;
  if (text === undefined || others.length > 0) {
    throw unreadable('can be one text only; send one request for each');
  }
  return text;
}

function unreadable(complaint: string): GatewayError {
  const message = `This model has no native completions: "prompt" ${complaint}.`;
  return new GatewayError('unsupported_parameter', message, { param: 'prompt' });
}

/** These change what the answer holds, so leaving them out in silence would be a wrong answer. */
function refuseWhatOnlyCompletionsCan(body: JsonObject, warnings: Warnings): void {
  const refuse = (param: string, complaint: string) =>
    warnings.refuse(param, `This model has no native completions: "${param}" ${complaint}.`);
  if (body['echo'] === true) refuse('echo', 'cannot be honoured');
  if ((readCount(body, 'best_of', 0) ?? 1) > 1) refuse('best_of', 'cannot be more than 1');
}
