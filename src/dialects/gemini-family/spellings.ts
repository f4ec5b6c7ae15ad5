import type { GenerationSpellings } from '../../model/spelling.ts';

const generationConfig = (name: string) => `generationConfig.${name}`;

/**
 * What Google calls the members of a call. Contents and function declarations are cut otherwise than our messages and
 * tools, so places in them cannot be told by their numbers. Members it does not have keep the name of the convention.
 */
export const geminiSpellings: GenerationSpellings = {
  messages: 'contents',
  prompt: 'contents',
  suffix: 'suffix',
  tools: 'tools',
  tool_choice: 'toolConfig.functionCallingConfig',
  parallel_tool_calls: 'parallel_tool_calls',
  is_error: 'contents',
  cache_control: 'cache_control',
  max_tokens: generationConfig('maxOutputTokens'),
  temperature: generationConfig('temperature'),
  top_p: generationConfig('topP'),
  top_k: generationConfig('topK'),
  min_p: 'min_p',
  seed: generationConfig('seed'),
  frequency_penalty: generationConfig('frequencyPenalty'),
  presence_penalty: generationConfig('presencePenalty'),
  stop: generationConfig('stopSequences'),
  n: generationConfig('candidateCount'),
  logprobs: generationConfig('responseLogprobs'),
  top_logprobs: generationConfig('logprobs'),
  response_format: [
    ...['responseSchema', 'responseJsonSchema', '_responseJsonSchema', 'responseMimeType'].map(
      generationConfig,
    ),
  ],
  reasoning_effort: generationConfig('thinkingConfig'),
  verbosity: 'verbosity',
  user: 'user',
};
