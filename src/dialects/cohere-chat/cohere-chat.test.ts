import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { cohereChat } from './cohere-chat.ts';

describe("Cohere's chat", () => {
  it('hears usage, and what an error means, by its words', () => {
    const good = {
      message: { content: [] },
      usage: { billed_units: { input_tokens: 3, output_tokens: 1 }, cached_tokens: 9 },
    };
    expect(cohereChat.hearWhole(good)).toEqual({
      usage: { inputTokens: 3, outputTokens: 1, cachedInputTokens: 3 },
      error: undefined,
    });
    expect(
      cohereChat.hearWhole({ message: {}, usage: { tokens: { input_tokens: 'x' } } }).usage,
    ).toBeUndefined();
    expect(cohereChat.hearWhole(7).error).toBeDefined();
  });

  it.each([
    ['invalid api token', 'bad-key'],
    ['no api key supplied', 'bad-key'],
    ['You are using a Trial key, which is limited to 10 API calls / minute.', 'rate-limited'],
    ['too many tokens: total number of tokens in the prompt cannot exceed 128000', 'context-too-long'],
    ['blocked output: please see our terms of use', 'blocked'],
    ['the model is overloaded', 'overloaded'],
    ["invalid request: model 'x' not found", undefined],
  ])('"%s" means %s', (message, meaning) => {
    expect(cohereChat.hearWhole({ message, id: '1' }).error).toEqual({ message, meaning });
  });

  it('writes errors as Cohere does', () => {
    expect(cohereChat.writeError(new GatewayError('rate_limited', 'Slow down.'))).toEqual({
      message: 'Slow down.',
    });
  });

  it('is no dialect for clients', () => {
    expect(cohereChat.routes).toEqual([]);
    const address = { route: '', model: undefined, query: '' };
    expect(() => cohereChat.readAsked({}, address)).toThrow(
      expect.objectContaining({ code: 'operation_not_supported' }),
    );
  });
});
