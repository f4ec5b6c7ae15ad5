import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { openAiChat } from './openai-chat.ts';

const address: Address = { route: '/v1/chat/completions', model: undefined, query: '' };
const ask = (body: JsonObject) => openAiChat.readAsked(body, address);
const messages = [{ role: 'user', content: 'Hello' }];

function complaint(body: JsonObject): { code: string; param: string | undefined } {
  try {
    ask(body);
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.details.param };
  }
  throw new Error(`nothing was refused in ${JSON.stringify(body)}`);
}

describe('readAsked of chat', () => {
  it('reads what the smallest request says', () => {
    expect(ask({ messages })).toEqual({
      operation: 'chat',
      model: undefined,
      isStream: false,
      wantsStreamUsage: false,
      outputTokensMax: undefined,
      choices: 1,
      sessionKey: undefined,
    });
  });

  it('reads all it looks at', () => {
    const asked = ask({
      model: 'gpt-4.1',
      messages,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 10,
      max_completion_tokens: 20,
      n: 3,
      prompt_cache_key: 'session 7',
    });
    expect(asked).toEqual({
      operation: 'chat',
      model: 'gpt-4.1',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: 20,
      choices: 3,
      sessionKey: 'session 7',
    });
  });

  it('takes null for absent, and an empty name for none', () => {
    const body = { model: '', messages, stream: null, stream_options: null, max_tokens: null, n: null };
    const asked = ask(body);
    expect(asked).toMatchObject({
      model: undefined,
      isStream: false,
      outputTokensMax: undefined,
      choices: 1,
    });
  });

  it('knows every role, and takes a negative limit for none', () => {
    const roles = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];
    const body = { messages: roles.map((role) => ({ role })), max_tokens: -1 };
    expect(ask(body).outputTokensMax).toBeUndefined();
  });

  it.each<[JsonObject, string]>([
    [{}, 'messages'],
    [{ messages: null }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: 'Hello' }, 'messages'],
    [{ messages: [...messages, 'Hello'] }, 'messages[1]'],
    [{ messages: [...messages, null] }, 'messages[1]'],
    [{ messages: [{ content: 'Hello' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'robot' }] }, 'messages[0].role'],
    [{ messages, model: 7 }, 'model'],
    [{ messages, stream: 'yes' }, 'stream'],
    [{ messages, stream_options: true }, 'stream_options'],
    [{ messages, stream_options: [] }, 'stream_options'],
    [{ messages, max_tokens: '10' }, 'max_tokens'],
    [{ messages, max_completion_tokens: 1.5 }, 'max_completion_tokens'],
    [{ messages, n: 0 }, 'n'],
    [{ messages, prompt_cache_key: 1 }, 'prompt_cache_key'],
  ])('refuses %j and names %s', (body, param) => {
    expect(complaint(body)).toEqual({ code: 'invalid_request', param });
  });

  it('goes by the address of a deployment, whatever the body names', () => {
    const azure = { route: '/openai/deployments/{model}/chat/completions', model: 'my-dep', query: '' };
    expect(openAiChat.readAsked({ model: 'gpt-4.1', messages }, azure).model).toBe('my-dep');
    expect(openAiChat.readAsked({ messages }, azure).model).toBe('my-dep');
  });

  it('takes a Responses body for what it is', () => {
    const body = { model: 'm', input: 'Hello', max_output_tokens: 7, stream: true };
    expect(ask(body)).toMatchObject({ model: 'm', outputTokensMax: 7, isStream: true });
    expect(complaint({ input: 7 }).param).toBe('messages');
  });
});
