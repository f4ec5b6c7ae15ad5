/** What the tests of log probabilities say and hear, whatever the dialect. */
import type { WriterContext } from '../../src/dialects/dialect.ts';
import { ordinaryQuirks } from '../../src/dialects/wire-quirks.ts';
import type { CallEvent, TokenLogprob } from '../../src/model/call-event.ts';
import { Warnings } from '../../src/model/warnings.ts';

export const reading = () => ({ warnings: new Warnings(), quirks: ordinaryQuirks });

export const plainContext: WriterContext = {
  requestId: 'r',
  model: 'm',
  createdS: 1,
  elapsedMs: () => 0,
  withUsage: false,
  inputTokensEstimate: 0,
  request: {},
  address: { route: '', model: undefined, query: '' },
  warnings: new Warnings(),
};

export const hi: TokenLogprob = { token: 'Hé', logprob: -0.25, alternatives: [] };
export const you: TokenLogprob = {
  token: ' you',
  logprob: -1.5,
  alternatives: [
    { token: ' me', logprob: -0.5 },
    { token: ' you', logprob: -1.5 },
  ],
};
export const told = (...tokens: readonly TokenLogprob[]): CallEvent => ({
  type: 'logprobs',
  choice: 0,
  tokens,
});
export const text = (words: string): CallEvent => ({ type: 'text-delta', choice: 0, text: words });
export const thought: CallEvent = { type: 'thinking-delta', choice: 0, text: 'hm' };
export const end: readonly CallEvent[] = [
  { type: 'choice-end', choice: 0, reason: 'stop' },
  { type: 'answer-end' },
];
export const start: CallEvent = { type: 'answer-start', model: 'm' };
