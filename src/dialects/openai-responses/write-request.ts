import type { Call, GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { tokensMax } from '../openai-family/write-sampling.ts';
import { encryptedReasoning, outputLogprobs } from './include.ts';
import { writeExtra } from './write-extra.ts';
import { writeInput } from './write-input.ts';
import { isReasoningAsked, writeReasoning } from './write-reasoning.ts';
import { writeSampling } from './write-sampling.ts';
import { writeText } from './write-text.ts';
import { writeParallelTools, writeToolChoice, writeTools } from './write-tools.ts';
import { writeUser } from './write-user.ts';

/**
 * A call as a Responses request. Nothing is left to the backend's memory: `store` is false, and what it must
 * have back of its own thoughts travels encrypted in the input (protocols 2.11, T18).
 */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') throw notGeneration();
  const { instructions, input } = writeInput(call.messages, writing);
  return withoutUndefined({
    model: call.model,
    instructions,
    input,
    tools: writeTools(call.tools, writing),
    tool_choice: writeToolChoice(call, writing),
    parallel_tool_calls: writeParallelTools(call, writing),
    reasoning: writeReasoning(call, writing),
    include: writeInclude(call, input, writing),
    text: writeText(call, writing),
    max_output_tokens: atLeastAllowed(tokensMax(call, writing), writing),
    ...writeSampling(call, writing),
    top_logprobs: writeTopLogprobs(call, writing),
    safety_identifier: writeUser(call, writing),
    ...writeExtra(call, writing),
    store: false,
    stream: writing.isStream ? true : undefined,
  });
}

/** OpenAI refuses smaller limits here. Where no answer may be so long, it is OpenAI who must say so. */
const TOKENS_LEAST = 16;

function atLeastAllowed(
  wanted: number | undefined,
  { outputTokensMax: most = TOKENS_LEAST, warnings }: Writing,
): number | undefined {
  if (wanted === undefined || wanted >= TOKENS_LEAST || most < TOKENS_LEAST) return wanted;
  warnings.changed('max_tokens', 'raised_to_least_allowed');
  return TOKENS_LEAST;
}

function notGeneration(): GatewayError {
  return new GatewayError(
    'operation_not_supported',
    'Only talks and completions can be asked of the Responses API.',
  );
}

function writeTopLogprobs({ logprobs }: GenerationCall, { quirks, warnings }: Writing): number | undefined {
  if (logprobs === undefined || quirks.logprobs) return logprobs?.alternatives;
  warnings.refuse('logprobs', 'This backend does not tell log probabilities; leave "logprobs" out.');
  return undefined;
}

/** Encrypted thoughts are refused by models that have none, so they are wanted only where thinking is spoken of. */
function writeInclude(
  { logprobs, reasoning }: GenerationCall,
  input: readonly JsonObject[],
  { quirks }: Writing,
): string[] | undefined {
  const hasThoughts = input.some((item) => item['type'] === 'reasoning' && 'encrypted_content' in item);
  const wanted = [
    ...(hasThoughts || isReasoningAsked(reasoning) ? [encryptedReasoning] : []),
    ...(logprobs !== undefined && quirks.logprobs ? [outputLogprobs] : []),
  ];
  return wanted.length === 0 ? undefined : wanted;
}
