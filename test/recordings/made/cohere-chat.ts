import type { MadeAnswer } from './made-answer.ts';

const usage = {
  billed_units: { input_tokens: 4, output_tokens: 3 },
  tokens: { input_tokens: 21, output_tokens: 8 },
  cached_tokens: 16,
};
const start = {
  id: 'made',
  type: 'message-start',
  delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
};
const content = (index: number, ...pieces: string[]) => [
  { type: 'content-start', index, delta: { message: { content: { type: 'text', text: '' } } } },
  ...pieces.map((text) => ({ type: 'content-delta', index, delta: { message: { content: { text } } } })),
  { type: 'content-end', index },
];
const end = (finish_reason: string) => ({ type: 'message-end', delta: { finish_reason, usage } });
const whole = (text: string, finish_reason: string) => ({
  id: 'made',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
  finish_reason,
  usage,
});

export const madeByCohere: readonly MadeAnswer[] = [
  {
    name: 'stop-sequence',
    stream: [start, ...content(0, 'Once', ' upon'), end('STOP_SEQUENCE')],
    whole: whole('Once upon', 'STOP_SEQUENCE'),
  },
  {
    name: 'length',
    stream: [start, ...content(0, 'Grüße, ', '世界 👋'), end('MAX_TOKENS')],
    whole: whole('Grüße, 世界 👋', 'MAX_TOKENS'),
  },
  { name: 'cut', stream: [start, ...content(0, 'Half a').slice(0, -1)], isBroken: true },
  { name: 'failed', stream: [start, ...content(0, 'Half a'), end('ERROR')], isBroken: true },
];
