import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readLimit } from '../openai-family/read-limit.ts';
import { readSampling, samplingNames } from '../openai-family/read-sampling.ts';
import { readCount, readString } from '../openai-family/request-fields.ts';
import { judgedNames, judgeExtras, pictureWish } from './judge-extras.ts';
import { readLogprobs } from './read-logprobs.ts';
import { readMessages } from './read-messages.ts';
import { readReasoning, reasoningNames } from './read-reasoning.ts';
import { readResponseFormat } from './read-response-format.ts';
import { readParallelTools, readToolChoice, readTools } from './read-tools.ts';
import { asChatBody } from './responses-body.ts';

/** The members that have a place of their own in a call, are the front's business (`stream`), or are judged. */
const placed: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'max_completion_tokens',
  'max_tokens',
  'n',
  'logprobs',
  'top_logprobs',
  'response_format',
  'verbosity',
  'stream',
  'stream_options',
  ...samplingNames,
  ...reasoningNames,
  ...judgedNames,
  ...bookKeeping,
]);

/** The request by the letters of protocols 11; what nobody here knows stays in `extra`. */
export function readCall(sent: JsonObject, reading: Reading): GenerationCall {
  const body = asChatBody(sent);
  const { warnings } = reading;
  judgeExtras(body, warnings);
  return {
    kind: 'generation',
    model: readModel(body, reading.address) ?? '',
    messages: readMessages(body['messages'], warnings),
    tools: readTools(body, warnings),
    toolChoice: readToolChoice(body),
    parallelTools: readParallelTools(body),
    outputTokensMax: readLimit(body, ['max_completion_tokens', 'max_tokens'], warnings),
    ...readSampling(body),
    choices: readCount(body, 'n', 1) ?? 1,
    logprobs: readLogprobs(body),
    responseFormat: readResponseFormat(body, warnings),
    reasoning: readReasoning(body),
    verbosity: readString(body, 'verbosity'),
    extra: { ...membersBut(body, placed), ...pictureWish(body) },
  };
}
