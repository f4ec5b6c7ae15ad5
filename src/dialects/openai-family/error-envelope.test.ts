import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { readOpenAiError, writeOpenAiError } from './error-envelope.ts';

describe('readOpenAiError', () => {
  it.each<[string, JsonObject | string, string | undefined]>([
    ['OpenAI', { message: 'x', code: 'context_length_exceeded' }, 'context-too-long'],
    [
      'vLLM',
      "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
      'context-too-long',
    ],
    [
      'llama.cpp',
      {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
      },
      'context-too-long',
    ],
    ['old llama.cpp', 'the request exceeds the available context size (4096 tokens)', 'context-too-long'],
    ['Ollama', 'the input length exceeds the context length', 'context-too-long'],
    ['Ollama of 2026', 'prompt is too long: input length exceeds context window', 'context-too-long'],
    ['LM Studio', 'Trying to keep the first 9000 tokens when context the overflows.', 'context-too-long'],
    ['Azure', { message: 'x', code: 'content_filter', param: 'prompt' }, 'blocked'],
    ['a limit', { message: 'x', code: 'rate_limit_exceeded', type: 'tokens' }, 'rate-limited'],
    ['a limit by type', { message: 'x', type: 'rate_limit_error' }, 'rate-limited'],
    ['too much to do', { message: 'x', type: 'overloaded_error' }, 'overloaded'],
    ['a bad key', { message: 'x', code: 'invalid_api_key' }, 'bad-key'],
    ['Azure without a type', { message: 'x', code: '401' }, 'bad-key'],
    ['anything else', { message: 'the context of this is unclear', type: 'server_error' }, undefined],
  ])('knows what %s means', (_, error, meaning) => {
    expect(readOpenAiError({ error })?.meaning).toBe(meaning);
  });

  it('is no error where there is none', () => {
    expect(readOpenAiError({ choices: [] })).toBeUndefined();
    expect(readOpenAiError({ error: null })).toBeUndefined();
    expect(readOpenAiError('text')).toBeUndefined();
  });
});

describe('writeOpenAiError', () => {
  it('says that the talk is too long as OpenAI says it', () => {
    const details = { backendCode: 'context_length_exceeded', backendType: 'ollama', status: 400 };
    expect(writeOpenAiError(new GatewayError('upstream_error', 'Too long.', details))).toEqual({
      error: {
        message: 'Too long.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    });
  });
});
