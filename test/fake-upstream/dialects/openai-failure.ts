import { frame } from '../frames.ts';
import type { Json } from '../json.ts';
import type { FailureWords, PromptLength } from '../operation.ts';

const CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
  503: 'server_overloaded',
};

export const openaiFailure: FailureWords = {
  envelope: (status, message) => ({ error: errorObject(status, message) }),
  frame: (status, message) => frame({ error: errorObject(status, message) }),
  tooLong,
  refusedPrompt,
};

export function errorObject(status: number, message: string): Json {
  return { message, type: errorType(status), param: null, code: CODES[status] ?? null };
}

function errorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** OpenAI's words, or those of the servers that only speak its dialect. */
function tooLong({ tokens, tokensMax }: PromptLength, style: string): Json {
  const maximum = `This model's maximum context length is ${tokensMax} tokens. However, `;
  if (style === 'vllm') {
    const message = `${maximum}your request has ${tokens} input tokens. Please reduce the length of the input messages.`;
    return { error: { message, type: 'BadRequestError', param: null, code: 400 } };
  }
  if (style === 'llama.cpp') {
    const message = `request (${tokens} tokens) exceeds the available context size (${tokensMax} tokens), try increasing it`;
    const type = 'exceed_context_size_error';
    return { error: { code: 400, message, type, n_prompt_tokens: tokens, n_ctx: tokensMax } };
  }
  const message = `${maximum}your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`;
  const code = 'context_length_exceeded';
  return { error: { message, type: 'invalid_request_error', param: 'messages', code } };
}

function refusedPrompt(): Json {
  const message =
    'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.';
  return { error: { message, type: 'invalid_request_error', param: null, code: 'invalid_prompt' } };
}
