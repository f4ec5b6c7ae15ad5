import { describe, expect, it } from 'vitest';
import { inputOfApp, inputOfModel, largestOutput } from './request-size.ts';

describe('the most an answer may have', () => {
  it.each([
    ['nobody limits it', undefined, undefined, 9_000, undefined],
    ['what the app may have', 50, undefined, undefined, 50],
    ['also where less is asked for', 50, undefined, 10, 50],
    ['the smaller one of the app and the model', 50, 40, undefined, 40],
    ['whichever that is', 50, 4_000, undefined, 50],
    ['of the model alone, where more is asked for', undefined, 40, 9_000, 40],
    ['but nothing is made up of what a model can do', undefined, 40, undefined, undefined],
    ['nor of a wish it can fulfil', undefined, 40, 40, undefined],
  ])('%s', (_what, allowed, modelMax, asked, wanted) => {
    expect(largestOutput(allowed, modelMax, asked)).toBe(wanted);
  });
});

describe('a question', () => {
  it('of as many tokens as there may be passes', () => {
    expect(inputOfApp(100, 100, 'messages')).toBeUndefined();
  });

  it('of more is refused, with the limit, the estimate and whose limit it is', () => {
    const refusal = inputOfApp(100, 101, 'input');
    expect(refusal).toMatchObject({ code: 'invalid_request', status: 400, isWorthRetrying: false });
    expect(refusal?.details).toMatchObject({ param: 'input', tooLong: { tokens: 101, max: 100 } });
    expect(refusal?.message).toBe(
      'The maximum context length is 100 tokens for this app (quota.max_input_tokens); this request comes to about 101 tokens. Shorten it and send it again.',
    );
    const ofModel = inputOfModel({ tokens: 101, max: 100 }, 'input');
    expect(ofModel.message).toContain('100 tokens for this model (its max_input_tokens)');
    expect(ofModel.details).toMatchObject({ param: 'input', tooLong: { tokens: 101, max: 100 } });
  });
});
