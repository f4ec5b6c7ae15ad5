import type { GenerationSpellings } from '../../model/spelling.ts';

const inFunction = /^(\[\d+\])?\.(name|description|parameters|strict)\b/;

/** Chat completions: the convention is theirs, but for what stands one floor deeper on the wire. */
export const chatSpellings: GenerationSpellings = {
  messages: (rest) => `messages${rest}`,
  prompt: 'messages',
  suffix: 'suffix',
  tools: (rest) => `tools${rest.replace(inFunction, '$1.function.$2')}`,
  tool_choice: ['tool_choice', 'function_call'],
  parallel_tool_calls: 'parallel_tool_calls',
  is_error: 'messages',
  cache_control: 'cache_control',
  max_tokens: ['max_tokens', 'max_completion_tokens'],
  temperature: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  min_p: 'min_p',
  seed: 'seed',
  frequency_penalty: 'frequency_penalty',
  presence_penalty: 'presence_penalty',
  stop: 'stop',
  n: 'n',
  logprobs: 'logprobs',
  top_logprobs: 'top_logprobs',
  response_format: 'response_format',
  reasoning_effort: ['reasoning_effort', 'reasoning', 'thinking'],
  verbosity: 'verbosity',
  user: ['user', 'safety_identifier'],
};

/** Legacy completions: the same words, and one prompt for the whole talk. */
export const completionsSpellings: GenerationSpellings = {
  ...chatSpellings,
  messages: 'prompt',
  prompt: 'prompt',
  is_error: 'prompt',
  top_logprobs: 'logprobs',
};
