import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { openAiResponses } from './openai-responses.ts';

function readAsked(body: JsonObject, model?: string) {
  return openAiResponses.readAsked(body, { route: '/openai/responses', model, query: 'api-version=1' });
}

describe('what is asked of the Responses API', () => {
  it('is read from its own names', () => {
    const body = {
      model: 'gpt-5',
      input: 'hi',
      stream: true,
      max_output_tokens: 50,
      prompt_cache_key: 'session-1',
    };
    expect(readAsked(body)).toEqual({
      operation: 'responses',
      model: 'gpt-5',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: 50,
      choices: 1,
      sessionKey: 'session-1',
    });
  });

  it('may leave out all but the input, and null means absent', () => {
    const asked = readAsked({ input: [], model: null, stream: null, max_output_tokens: null });
    expect(asked).toMatchObject({ model: undefined, isStream: false, outputTokensMax: undefined });
  });

  it('an empty name is no name, and a negative limit is none', () => {
    const asked = readAsked({ input: 'hi', model: '', max_output_tokens: -1 });
    expect(asked).toMatchObject({ model: undefined, outputTokensMax: undefined });
  });

  it.each([
    [{}, 'input'],
    [{ input: null }, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: { role: 'user' } }, 'input'],
    [{ input: 'hi', stream: 'yes' }, 'stream'],
    [{ input: 'hi', model: 1 }, 'model'],
    [{ input: 'hi', max_output_tokens: '5' }, 'max_output_tokens'],
    [{ input: 'hi', prompt_cache_key: 7 }, 'prompt_cache_key'],
  ])('%j is refused because of %s', (body, param) => {
    expect(() => readAsked(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) }),
    );
  });

  it('takes the model from the address, where that has a place for it', () => {
    expect(readAsked({ input: 'hi', model: 'body' }, 'place').model).toBe('place');
  });

  it('needs no input where a stateful backend has it stored', () => {
    expect(readAsked({ prompt: { id: 'pmpt_1' } }).isStream).toBe(false);
    expect(readAsked({ previous_response_id: 'resp_1' }).isStream).toBe(false);
  });
});
