import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { readAsked } from './read-asked.ts';

const messages = [{ role: 'user', content: 'Hi' }];

describe('what routing needs', () => {
  it('is read', () => {
    expect(readAsked({ model: 'm', stream: true, max_tokens: 9, messages })).toEqual({
      operation: 'chat',
      model: 'm',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: 9,
      choices: 1,
      sessionKey: undefined,
    });
  });

  it('a missing limit or model is not ours to refuse', () => {
    expect(readAsked({ messages })).toMatchObject({
      model: undefined,
      outputTokensMax: undefined,
      isStream: false,
    });
  });

  it.each([
    ['user-1', 'user-1'],
    ['{"device_id":"d","session_id":"s-1"}', 's-1'],
    ['{"device_id":"d"}', '{"device_id":"d"}'],
    ['{broken', '{broken'],
    ['user_a_account_b_session_c-1', 'c-1'],
    ['', undefined],
    [7, undefined],
  ])('the session of user %j is %j', (user_id, sessionKey) => {
    expect(readAsked({ messages, metadata: { user_id } }).sessionKey).toBe(sessionKey);
  });

  it.each<[JsonObject, string]>([
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages, model: 1 }, 'model'],
    [{ messages, stream: 'yes' }, 'stream'],
    [{ messages, max_tokens: -1 }, 'max_tokens'],
  ])('%j is refused', (body, param) => {
    expect(() => readAsked(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param } }),
    );
  });
});
