import type { MadeAnswer } from './made-answer.ts';

const usage = {
  input_tokens: 21,
  input_tokens_details: { cached_tokens: 16, cache_write_tokens: 0 },
  output_tokens: 8,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 29,
};
const response = (status: string, more: object) => ({
  id: 'resp_made',
  object: 'response',
  created_at: 1_780_000_000,
  model: 'made-1',
  status,
  error: null,
  incomplete_details: null,
  output: [],
  ...more,
});
const message = (part: object, status: string) => ({
  id: 'msg_made',
  type: 'message',
  role: 'assistant',
  status,
  content: [part],
});
const text = (words: string) => ({ type: 'output_text', text: words, annotations: [], logprobs: [] });
const refusal = (words: string) => ({ type: 'refusal', refusal: words });
const place = { item_id: 'msg_made', output_index: 0, content_index: 0 };

const numbered = (events: readonly object[]) =>
  events.map((event, at) => ({ ...event, sequence_number: at }));
const opening = [
  { type: 'response.created', response: response('in_progress', {}) },
  { type: 'response.in_progress', response: response('in_progress', {}) },
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...message({}, 'in_progress'), content: [] },
  },
];
const textDelta = (delta: string) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] });

const partial = message(text('Once upon'), 'incomplete');
const cut = (reason: string) =>
  response('incomplete', { incomplete_details: { reason }, output: [partial], usage });
const cutStream = (reason: string) =>
  numbered([
    ...opening,
    { type: 'response.content_part.added', ...place, part: text('') },
    textDelta('Once'),
    textDelta(' upon'),
    { type: 'response.output_text.done', ...place, text: 'Once upon', logprobs: [] },
    { type: 'response.content_part.done', ...place, part: text('Once upon') },
    { type: 'response.output_item.done', output_index: 0, item: partial },
    { type: 'response.incomplete', response: cut(reason) },
  ]);

const words = 'I cannot help with that.';
const refused = message(refusal(words), 'completed');
const refusing = response('completed', { output: [refused], usage });

export const madeByOpenAiResponses: readonly MadeAnswer[] = [
  { name: 'length', stream: cutStream('max_output_tokens'), whole: cut('max_output_tokens') },
  { name: 'content-filter', stream: cutStream('content_filter'), whole: cut('content_filter') },
  {
    name: 'refusal',
    stream: numbered([
      ...opening,
      { type: 'response.content_part.added', ...place, part: refusal('') },
      { type: 'response.refusal.delta', ...place, delta: 'I cannot ' },
      { type: 'response.refusal.delta', ...place, delta: 'help with that.' },
      { type: 'response.refusal.done', ...place, refusal: words },
      { type: 'response.content_part.done', ...place, part: refusal(words) },
      { type: 'response.output_item.done', output_index: 0, item: refused },
      { type: 'response.completed', response: refusing },
    ]),
    whole: refusing,
  },
  { name: 'cut', stream: numbered([...opening, textDelta('Half a')]), isBroken: true },
  {
    name: 'flat-error',
    stream: numbered([
      ...opening,
      { type: 'error', code: 'server_error', message: 'It fell over.', param: null },
    ]),
    isBroken: true,
  },
];
