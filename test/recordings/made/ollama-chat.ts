import type { MadeAnswer } from './made-answer.ts';

const common = { model: 'made:1b', created_at: '2026-05-28T20:26:40.123456789Z' };
const line = (message: object) => ({
  ...common,
  message: { role: 'assistant', content: '', ...message },
  done: false,
});
const counts = {
  total_duration: 900_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 21,
  prompt_eval_duration: 100_000_000,
  eval_count: 8,
  eval_duration: 700_000_000,
};
const last = (done_reason: string, message: object = {}, of: object = counts) => ({
  ...common,
  message: { role: 'assistant', content: '', ...message },
  done: true,
  done_reason,
  ...of,
});
const call = (name: string, args: object) => ({ function: { name, arguments: args } });
const calls = [call('weather', { city: 'Zürich' }), call('weather', { city: 'Bern' })];

export const madeByOllama: readonly MadeAnswer[] = [
  {
    name: 'text',
    stream: [line({ content: 'Grüße, ' }), line({ content: '世界 👋' }), last('stop')],
    whole: last('stop', { content: 'Grüße, 世界 👋' }),
  },
  {
    name: 'length',
    stream: [line({ content: 'Once' }), line({ content: ' upon' }), last('length')],
    whole: last('length', { content: 'Once upon' }),
  },
  {
    name: 'everything',
    stream: [
      line({ thinking: 'Two ' }),
      line({ thinking: 'calls.' }),
      line({ content: 'Both at once.' }),
      line({ tool_calls: calls.slice(0, 1) }),
      line({ tool_calls: [...calls.slice(1), call('now', {})] }),
      last('stop'),
    ],
    whole: last('stop', {
      thinking: 'Two calls.',
      content: 'Both at once.',
      tool_calls: [...calls, call('now', {})],
    }),
  },
  {
    // The whole prompt came from the cache, and counts of nothing are left out.
    name: 'cached-prompt',
    stream: [line({ content: 'Hi.' }), last('stop', {}, { eval_count: 2 })],
    whole: last('stop', { content: 'Hi.' }, { eval_count: 2 }),
  },
  { name: 'cut', stream: [line({ content: 'Half a' })], isBroken: true },
  {
    name: 'error-inside',
    stream: [line({ content: 'Half a' }), { error: 'an error was encountered while running the model' }],
    isBroken: true,
  },
];
