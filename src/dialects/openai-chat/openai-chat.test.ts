import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { openAiChat } from './openai-chat.ts';

describe('the chat dialect', () => {
  it('hears usage in a whole answer', () => {
    const answer = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } };
    expect(openAiChat.hearWhole(answer)).toMatchObject({ usage: { inputTokens: 9, outputTokens: 3 } });
    expect(openAiChat.hearWhole({ choices: [], x_groq: { usage: answer.usage } }).usage?.inputTokens).toBe(9);
    expect(openAiChat.hearWhole({ choices: [], error: null })).toEqual({ usage: undefined });
  });

  it('hears an error behind a status of success', () => {
    expect(openAiChat.hearWhole({ error: { message: 'Boom', code: 'c' } }).error).toMatchObject({
      message: 'Boom',
      code: 'c',
    });
    expect(openAiChat.hearWhole({ choices: [], error: 'Boom' }).error).toEqual({ message: 'Boom' });
    expect(openAiChat.hearWhole({ detail: 'Boom' }).error).toEqual({ message: 'Boom' });
    expect(openAiChat.hearWhole({ id: 'x' }).error?.message).toContain('no choices');
    expect(openAiChat.hearWhole([]).error?.message).toContain('not a JSON object');
    expect(openAiChat.hearWhole(null).error).toBeDefined();
  });

  it('writes the error body of the family', () => {
    const error = new GatewayError('model_not_found', 'No such model.', { param: 'model' });
    expect(openAiChat.writeError(error)).toEqual({
      error: {
        message: 'No such model.',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
  });
});
