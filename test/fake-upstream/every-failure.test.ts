/** Prompts that are too long and failures, in the words of each dialect. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { eventsIn } from './heard.ts';
import { send } from './hearing.ts';
import { objectIn } from './json.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
});

afterAll(() => fake.close());

describe('a prompt that is too long', () => {
  it.each([
    ['openai-chat', 'yes', { error: { code: 'context_length_exceeded', param: 'messages' } }],
    ['openai-completions', 'yes', { error: { code: 'context_length_exceeded' } }],
    ['openai-responses', 'yes', { error: { code: 'context_length_exceeded', param: 'input' } }],
    [
      'openai-chat',
      'vllm',
      {
        error: {
          message: expect.stringMatching(/maximum context length is 8192 tokens.* 8194 input tokens/),
          type: 'BadRequestError',
          code: 400,
        },
      },
    ],
    [
      'openai-chat',
      'llama.cpp',
      { error: { type: 'exceed_context_size_error', n_prompt_tokens: 8194, n_ctx: 8192 } },
    ],
    [
      'anthropic-messages',
      'yes',
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'prompt is too long: 8194 tokens > 8192 maximum',
        },
      },
    ],
    [
      'gemini',
      'yes',
      {
        error: {
          status: 'INVALID_ARGUMENT',
          message: 'The input token count (8194) exceeds the maximum number of tokens allowed (8192).',
        },
      },
    ],
    ['ollama-chat', 'yes', { error: 'the input length exceeds the context length' }],
    ['ollama-generate', 'yes', { error: 'the input length exceeds the context length' }],
  ] as const)('%s (%s)', async (talking, style, expected) => {
    for (const stream of [true, false]) {
      const answer = await send(fake, talking, { text: 'a b', model: `m!too-long=${style}`, stream });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject(expected);
    }
  });

  it('for embeddings too', async () => {
    const answer = await fetch(`${fake.url}/api/embed`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm!too-long', input: 'a' }),
    });
    expect(answer.status).toBe(400);
  });
});

describe('failures in the words of the dialect', () => {
  it.each([
    ['openai-chat', 401, { error: { type: 'invalid_request_error', code: 'invalid_api_key' } }],
    ['openai-chat', 404, { error: { code: 'model_not_found' } }],
    ['openai-responses', 429, { error: { code: 'rate_limit_exceeded' } }],
    ['openai-completions', 500, { error: { type: 'server_error' } }],
    ['anthropic-messages', 400, { error: { type: 'invalid_request_error' } }],
    ['anthropic-messages', 404, { error: { type: 'not_found_error' } }],
    ['anthropic-messages', 429, { error: { type: 'rate_limit_error' } }],
    ['anthropic-messages', 529, { type: 'error', error: { type: 'overloaded_error' } }],
    ['gemini', 400, { error: { code: 400, status: 'INVALID_ARGUMENT' } }],
    ['gemini', 503, { error: { code: 503, status: 'UNAVAILABLE' } }],
    ['gemini', 429, { error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '1.4s' }] } }],
    ['ollama-chat', 404, { error: 'x' }],
    ['ollama-generate', 500, { error: 'x' }],
  ] as const)('%s %i', async (talking, status, expected) => {
    const answer = await send(fake, talking, { model: `m!status=${status}!message=x` });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(expected);
  });

  it.each([
    ['openai-chat', /data: \{"error":\{"message":"x"/],
    ['openai-completions', /data: \{"error":\{"message":"x"/],
    [
      'openai-responses',
      /event: error\ndata: \{"type":"error","sequence_number":2,"error":\{"type":"server_error"/,
    ],
    ['anthropic-messages', /event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"x"/],
    ['gemini', /data: \{"error":\{"code":500,"message":"x","status":"INTERNAL"/],
    ['ollama-chat', /\n\{"error":"x"\}\n$/],
    ['ollama-generate', /\n\{"error":"x"\}\n$/],
  ] as const)('%s in the middle of a stream', async (talking, words) => {
    const wish = { text: 'a b c', model: 'm!error-mid=2!message=x', stream: true };
    expect(await (await send(fake, talking, wish)).text()).toMatch(words);
  });
  it('Responses says it twice: the response has failed, too', async () => {
    const wish = { text: 'a', model: 'm!error-mid=4!message=x!status=429', stream: true };
    const events = eventsIn(await (await send(fake, 'openai-responses', wish)).text());
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: {
        id: objectIn(events[0]?.response).id ?? 'none',
        status: 'failed',
        error: { code: 'rate_limit_exceeded', message: 'x' },
      },
    });
  });
});
