import type { MadeAnswer } from './made-answer.ts';

const usageMetadata = {
  promptTokenCount: 21,
  cachedContentTokenCount: 16,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 3,
  totalTokenCount: 29,
};
const answer = (parts: readonly object[] | undefined, finishReason?: string) => ({
  candidates: [
    {
      ...(parts && { content: { role: 'model', parts } }),
      ...(finishReason && { finishReason }),
      index: 0,
    },
  ],
  usageMetadata,
  modelVersion: 'made-1',
  responseId: 'made',
});
const text = (words: string) => ({ text: words });
const call = (name: string, args?: object) => ({ functionCall: { name, ...(args && { args }) } });

const plainEnd = (name: string, reason: string): MadeAnswer => ({
  name,
  stream: [answer([text('Once')]), answer([text(' upon')]), answer(undefined, reason)],
  whole: answer([text('Once upon')], reason),
});
const blocked = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 21, totalTokenCount: 21 },
  modelVersion: 'made-1',
  responseId: 'made',
};
const busy = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };

export const madeByGemini: readonly MadeAnswer[] = [
  plainEnd('length', 'MAX_TOKENS'),
  plainEnd('safety', 'SAFETY'),
  plainEnd('recitation', 'RECITATION'),
  { name: 'prompt-blocked', stream: [blocked], whole: blocked },
  {
    name: 'everything',
    stream: [
      answer([{ text: 'Two ', thought: true }]),
      answer([{ text: 'calls.', thought: true }]),
      answer([text('Grüße, ')]),
      answer([text('世界 👋'), { ...call('weather', { city: 'Zürich' }), thoughtSignature: 'c2ln' }]),
      answer([call('weather', { city: 'Bern' }), call('now')]),
      answer([], 'STOP'),
    ],
    whole: answer(
      [
        { text: 'Two calls.', thought: true },
        text('Grüße, 世界 👋'),
        { ...call('weather', { city: 'Zürich' }), thoughtSignature: 'c2ln' },
        call('weather', { city: 'Bern' }),
        call('now'),
      ],
      'STOP',
    ),
  },
  // T22: an empty success is none.
  {
    name: 'malformed-call',
    stream: [answer(undefined, 'MALFORMED_FUNCTION_CALL')],
    whole: answer(undefined, 'MALFORMED_FUNCTION_CALL'),
    isBroken: true,
  },
  { name: 'cut', stream: [answer([text('Half a')])], isBroken: true },
  { name: 'error-inside', stream: [answer([text('Half a')]), { error: busy }], isBroken: true },
  // T6: the error comes after the stream, without its dress.
  {
    name: 'bare-error',
    stream: [answer([text('Half a')])],
    tail: JSON.stringify({ error: busy }, null, 2),
    isBroken: true,
  },
];
