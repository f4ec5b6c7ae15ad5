/** What Ollama takes, written by hand after protocols 5: nothing else may be sent. */
import type { Json } from './vendor-specs.ts';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const closed = (properties: Json, required: readonly string[] = []): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: Json): Json => ({ type: 'array', items });

const options = closed({
  temperature: { type: 'number', minimum: 0 },
  top_k: { type: 'integer' },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  min_p: { type: 'number' },
  typical_p: { type: 'number' },
  seed: { type: 'integer' },
  num_predict: { type: 'integer' },
  num_ctx: { type: 'integer' },
  num_keep: { type: 'integer' },
  num_batch: { type: 'integer' },
  num_gpu: { type: 'integer' },
  num_thread: { type: 'integer' },
  main_gpu: { type: 'integer' },
  use_mmap: flag,
  stop: list(text),
  repeat_penalty: { type: 'number' },
  repeat_last_n: { type: 'integer' },
  presence_penalty: { type: 'number' },
  frequency_penalty: { type: 'number' },
});

/** Base64 without the head of a data URL. */
const images = list({ type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' });
const keep_alive = { type: ['string', 'number'] };
const think = { anyOf: [flag, { enum: ['low', 'medium', 'high', 'max'] }] };
const format = { anyOf: [{ const: 'json' }, { type: 'object' }] };
const logprobs = { logprobs: flag, top_logprobs: { type: 'integer', minimum: 0, maximum: 20 } };

const toolCall = closed(
  {
    id: text,
    function: closed({ index: count, name: text, arguments: { type: 'object' } }, ['name', 'arguments']),
  },
  ['function'],
);

const message = closed(
  {
    role: { enum: ['system', 'user', 'assistant', 'tool'] },
    content: text,
    images,
    thinking: text,
    tool_calls: list(toolCall),
    tool_name: text,
    tool_call_id: text,
  },
  ['role', 'content'],
);

/** The parameters of a tool are an object with properties there; they are read into a fixed structure. */
const parameters = {
  type: 'object',
  properties: { type: { const: 'object' }, properties: { type: 'object' }, required: list(text) },
  required: ['type', 'properties'],
};

const tool = closed(
  {
    type: { const: 'function' },
    function: closed({ name: text, description: text, parameters }, ['name', 'parameters']),
  },
  ['type', 'function'],
);

export const ollamaSchemas: Json = {
  Chat: closed(
    {
      model: text,
      messages: list(message),
      tools: list(tool),
      format,
      options,
      stream: flag,
      think,
      keep_alive,
      ...logprobs,
      truncate: flag,
      shift: flag,
    },
    ['model', 'messages'],
  ),
  Generate: closed(
    {
      model: text,
      prompt: text,
      suffix: text,
      system: text,
      template: text,
      raw: flag,
      context: list({ type: 'integer' }),
      images,
      format,
      options,
      stream: flag,
      think,
      keep_alive,
      ...logprobs,
      truncate: flag,
      shift: flag,
    },
    ['model'],
  ),
  Embed: closed(
    {
      model: text,
      input: { anyOf: [text, list(text)] },
      truncate: flag,
      dimensions: { type: 'integer', minimum: 1 },
      options,
      keep_alive,
    },
    ['model', 'input'],
  ),
  /** The old page, one text at a time. */
  EmbedOne: closed({ model: text, prompt: text, options, keep_alive }, ['model', 'prompt']),
};
