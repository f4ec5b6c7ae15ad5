import type { MadeAnswer } from './made-answer.ts';

const usage = {
  prompt_tokens: 21,
  completion_tokens: 8,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 16 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const common = { id: 'chatcmpl-made', created: 1_780_000_000, model: 'made-1' };

const chunk = (delta: object, finish_reason: string | null = null) => ({
  ...common,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
});
const start = chunk({ role: 'assistant', content: '' });
const usageChunk = { ...common, object: 'chat.completion.chunk', choices: [], usage };
const stream = (deltas: readonly object[], finish: string) => [
  start,
  ...deltas.map((delta) => chunk(delta)),
  chunk({}, finish),
  usageChunk,
];
const whole = (message: object, finish_reason: string) => ({
  ...common,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
  usage,
});
const call = (id: string, name: string, text: string) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});
const piece = (index: number, text: string) => ({ index, function: { arguments: text } });

export const madeByOpenAiChat: readonly MadeAnswer[] = [
  {
    name: 'refusal',
    stream: stream([{ refusal: 'I cannot ' }, { refusal: 'help with that.' }], 'stop'),
    whole: whole({ refusal: 'I cannot help with that.' }, 'stop'),
  },
  {
    name: 'content-filter',
    stream: stream([{ content: 'Once upon' }], 'content_filter'),
    whole: whole({ content: 'Once upon' }, 'content_filter'),
  },
  {
    name: 'length',
    stream: stream([{ content: 'Grüße, 世界 👋 and' }], 'length'),
    whole: whole({ content: 'Grüße, 世界 👋 and' }, 'length'),
  },
  {
    name: 'two-calls',
    stream: stream(
      [
        { content: 'Both at once.' },
        { tool_calls: [{ index: 0, ...call('call_a', 'weather', '') }] },
        { tool_calls: [piece(0, '{"city":"Z')] },
        { tool_calls: [piece(0, 'ürich"}')] },
        { tool_calls: [{ index: 1, ...call('call_b', 'clock', '') }] },
        { tool_calls: [piece(1, '{"zone":"CET"}')] },
      ],
      'tool_calls',
    ),
    whole: whole(
      {
        content: 'Both at once.',
        tool_calls: [
          call('call_a', 'weather', '{"city":"Zürich"}'),
          call('call_b', 'clock', '{"zone":"CET"}'),
        ],
      },
      'tool_calls',
    ),
  },
  {
    name: 'interleaved-calls',
    stream: stream(
      [
        { tool_calls: [{ index: 0, ...call('call_a', 'weather', '') }] },
        { tool_calls: [{ index: 1, ...call('call_b', 'clock', '') }] },
        { tool_calls: [piece(1, '{"zone":'), piece(0, '{"city":')] },
        { tool_calls: [piece(0, '"Zürich"}'), piece(1, '"CET"}')] },
      ],
      'tool_calls',
    ),
    whole: whole(
      {
        tool_calls: [
          call('call_a', 'weather', '{"city":"Zürich"}'),
          call('call_b', 'clock', '{"zone":"CET"}'),
        ],
      },
      'tool_calls',
    ),
  },
  {
    // T9: every call of a turn as number 0, each whole in its chunk.
    name: 'calls-all-zero',
    stream: stream(
      [
        { tool_calls: [{ index: 0, ...call('call_a', 'weather', '{"city":"Zürich"}') }] },
        { tool_calls: [{ index: 0, ...call('call_b', 'clock', '{"zone":"CET"}') }] },
      ],
      'tool_calls',
    ),
  },
  {
    // T10, and a finish reason that forgot the call.
    name: 'call-without-arguments',
    stream: stream([{ tool_calls: [{ index: 0, ...call('call_a', 'now', '') }] }], 'stop'),
    whole: whole({ tool_calls: [call('call_a', 'now', '')] }, 'stop'),
  },
  { name: 'cut', stream: [start, chunk({ content: 'Half a' })], isBroken: true },
  {
    name: 'error-inside',
    stream: [
      start,
      chunk({ content: 'Half a' }),
      { error: { message: 'The model fell over.', type: 'server_error', param: null, code: null } },
    ],
    isBroken: true,
  },
];
