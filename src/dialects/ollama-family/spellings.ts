import type { GenerationSpellings } from '../../model/spelling.ts';

const option = (name: string) => `options.${name}`;

/** What Ollama's chat calls the members of a call. Members it does not have keep the name of the convention. */
export const ollamaSpellings: GenerationSpellings = {
  // Its pictures stand beside the text, where we count them as parts.
  messages: (rest) => `messages${rest.replace(/\.content\b.*$/, '')}`,
  prompt: 'messages',
  suffix: 'suffix',
  tools: (rest) => `tools${rest.replace(/^(\[\d+\])\.(name|parameters|strict)\b/, '$1.function.$2')}`,
  tool_choice: 'tool_choice',
  parallel_tool_calls: 'parallel_tool_calls',
  is_error: 'messages',
  cache_control: 'cache_control',
  max_tokens: option('num_predict'),
  temperature: option('temperature'),
  top_p: option('top_p'),
  top_k: option('top_k'),
  min_p: option('min_p'),
  seed: option('seed'),
  frequency_penalty: option('frequency_penalty'),
  presence_penalty: option('presence_penalty'),
  stop: option('stop'),
  n: 'n',
  logprobs: 'logprobs',
  top_logprobs: 'top_logprobs',
  response_format: 'format',
  reasoning_effort: 'think',
  verbosity: 'verbosity',
  user: 'user',
};

/** Ollama's text completion: the same words, and one prompt for the whole talk. */
export const ollamaGenerateSpellings: GenerationSpellings = {
  ...ollamaSpellings,
  messages: 'prompt',
  prompt: 'prompt',
  is_error: 'prompt',
};
