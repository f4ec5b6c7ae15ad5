import type { GenerationSpellings } from '../../model/spelling.ts';

/**
 * What Anthropic's messages call the members of a call. One message with tool results is several of ours, so a place in
 * the talk cannot be told by its number. Members it does not have keep the name of the convention.
 */
export const anthropicSpellings: GenerationSpellings = {
  messages: 'messages',
  prompt: 'messages',
  suffix: 'suffix',
  tools: (rest) => `tools${rest.replace('.parameters', '.input_schema')}`,
  tool_choice: 'tool_choice',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  is_error: 'messages',
  cache_control: 'cache_control',
  max_tokens: 'max_tokens',
  temperature: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  min_p: 'min_p',
  seed: 'seed',
  frequency_penalty: 'frequency_penalty',
  presence_penalty: 'presence_penalty',
  stop: 'stop_sequences',
  n: 'n',
  logprobs: 'logprobs',
  top_logprobs: 'top_logprobs',
  response_format: ['output_config.format', 'output_format'],
  reasoning_effort: ['output_config.effort', 'thinking'],
  verbosity: 'verbosity',
  user: 'metadata.user_id',
};
