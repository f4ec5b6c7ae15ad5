import type { MadeAnswer } from './made-answer.ts';

const input = { input_tokens: 5, cache_creation_input_tokens: 7, cache_read_input_tokens: 9 };
const message = (content: readonly object[], stop_reason: string | null, more: object = {}) => ({
  id: 'msg_made',
  type: 'message',
  role: 'assistant',
  model: 'made-1',
  content,
  stop_reason,
  stop_sequence: null,
  ...more,
  usage: { ...input, output_tokens: stop_reason ? 8 : 1 },
});
const start = { type: 'message_start', message: message([], null) };
const end = (stop_reason: string, more: object = {}) => [
  {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null, ...more },
    usage: { ...input, output_tokens: 8 },
  },
  { type: 'message_stop' },
];
const block = (index: number, content_block: object, deltas: readonly object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const text = (index: number, ...pieces: string[]) =>
  block(
    index,
    { type: 'text', text: '' },
    pieces.map((piece) => ({ type: 'text_delta', text: piece })),
  );
const once = [{ type: 'text', text: 'Once upon' }];
const use = (id: string, name: string, of: object) => ({ type: 'tool_use', id, name, input: of });
const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });

const plainEnd = (name: string, reason: string, more: object = {}): MadeAnswer => ({
  name,
  stream: [start, { type: 'ping' }, ...text(0, 'Once', ' upon'), ...end(reason, more)],
  whole: message(once, reason, more),
});

export const madeByAnthropic: readonly MadeAnswer[] = [
  plainEnd('length', 'max_tokens'),
  plainEnd('stop-sequence', 'stop_sequence', { stop_sequence: 'a time' }),
  plainEnd('pause', 'pause_turn'),
  plainEnd('context-full', 'model_context_window_exceeded'),
  plainEnd('refusal-after-text', 'refusal'),
  {
    name: 'everything',
    stream: [
      start,
      ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
        { type: 'thinking_delta', thinking: 'Two ' },
        { type: 'thinking_delta', thinking: 'calls.' },
        { type: 'signature_delta', signature: 'c2ln' },
      ]),
      ...block(1, { type: 'redacted_thinking', data: 'b3BhcXVl' }, []),
      ...text(2, 'Grüße, ', '世界 👋'),
      ...block(3, use('toolu_a', 'weather', {}), [json(''), json('{"city":"Z'), json('ürich"}')]),
      ...block(4, use('toolu_b', 'now', {}), []),
      ...block(5, use('toolu_c', 'now', {}), [json('')]),
      ...end('tool_use'),
    ],
    whole: message(
      [
        { type: 'thinking', thinking: 'Two calls.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'b3BhcXVl' },
        { type: 'text', text: 'Grüße, 世界 👋' },
        use('toolu_a', 'weather', { city: 'Zürich' }),
        use('toolu_b', 'now', {}),
        use('toolu_c', 'now', {}),
      ],
      'tool_use',
    ),
  },
  { name: 'cut', stream: [start, ...text(0, 'Half a').slice(0, -1)], isBroken: true },
  {
    name: 'error-inside',
    stream: [
      start,
      ...text(0, 'Half a').slice(0, -1),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
    isBroken: true,
  },
];
