import type { GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { readTokensMax } from '../openai-family/asked-fields.ts';
import { membersBut, readNumber, readStop } from '../openai-family/call-fields.ts';
import { readCount, readString } from '../openai-family/request-fields.ts';
import { readPrompt } from './prompt.ts';

/** The members that have a place of their own in a call, or are the front's business (`stream`). */
const placed: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'n',
  'best_of',
  'echo',
  'suffix',
  'logprobs',
  'stream',
  'stream_options',
]);

/** A completion as a conversation of one message (protocols 2.5). */
export function readCall(body: JsonObject): GenerationCall {
  refuseWhatOnlyCompletionsCan(body);
  return {
    kind: 'generation',
    model: readString(body, 'model') ?? '',
    messages: [{ role: 'user', parts: [{ type: 'text', text: readOnePrompt(body) }] }],
    tools: [],
    outputTokensMax: readTokensMax(body, 'max_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    stop: readStop(body),
    choices: readCount(body, 'n', 1) ?? 1,
    extra: membersBut(body, placed),
  };
}

function readOnePrompt(body: JsonObject): string {
  const prompt = readPrompt(body);
  if (prompt.kind === 'text') return prompt.text;
  if (prompt.kind === 'tokens') throw unsupported('prompt', 'cannot be tokens; send text');
  const [text, ...others] = prompt.texts;
  if (text === undefined || others.length > 0)
    throw unsupported('prompt', 'can be one text only; send one request for each');
  return text;
}

/** These change what the answer holds, so leaving them out in silence would be a wrong answer. */
function refuseWhatOnlyCompletionsCan(body: JsonObject): void {
  if (body['echo'] === true) throw unsupported('echo', 'cannot be honoured');
  if (body['suffix']) throw unsupported('suffix', 'cannot be honoured');
  if (typeof body['logprobs'] === 'number') throw unsupported('logprobs', 'cannot be honoured');
  if ((readCount(body, 'best_of', 1) ?? 1) > 1) throw unsupported('best_of', 'cannot be more than 1');
}

function unsupported(param: string, complaint: string): GatewayError {
  const message = `This model has no native completions: "${param}" ${complaint}.`;
  return new GatewayError('unsupported_parameter', message, { param });
}
