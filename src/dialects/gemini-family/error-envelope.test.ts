import { describe, expect, it } from 'vitest';
import { type ErrorCode, GatewayError } from '../../model/gateway-error.ts';
import type { JsonValue } from '../../model/json.ts';
import { readGeminiError, writeGeminiError } from './error-envelope.ts';

describe('the error envelope of Google', () => {
  it.each<[ErrorCode, number, string]>([
    ['invalid_request', 400, 'INVALID_ARGUMENT'],
    ['invalid_key', 401, 'UNAUTHENTICATED'],
    ['model_not_allowed', 403, 'PERMISSION_DENIED'],
    ['model_not_found', 404, 'NOT_FOUND'],
    ['body_too_large', 413, 'INVALID_ARGUMENT'],
    ['rate_limited', 429, 'RESOURCE_EXHAUSTED'],
    ['client_left', 499, 'CANCELLED'],
    ['internal_error', 500, 'INTERNAL'],
    ['operation_not_supported', 501, 'UNIMPLEMENTED'],
    ['upstream_error', 502, 'UNAVAILABLE'],
    ['no_healthy_backend', 503, 'UNAVAILABLE'],
    ['upstream_timeout', 504, 'DEADLINE_EXCEEDED'],
  ])('%s is told as %i %s', (code, status, word) => {
    expect(writeGeminiError(new GatewayError(code, 'm'))).toMatchObject({
      error: { code: status, message: 'm', status: word },
    });
  });

  it('names the parameter and the delay, and reads its own delay back', () => {
    const body = writeGeminiError(
      new GatewayError('rate_limited', 'm', { param: 'contents', retryAfterMs: 1500 }),
    );
    expect(body).toMatchObject({
      error: {
        details: [{ reason: 'RATE_LIMITED', metadata: { param: 'contents' } }, { retryDelay: '1.5s' }],
      },
    });
    expect(readGeminiError(body)).toMatchObject({ retryAfterMs: 1500, meaning: 'rate-limited' });
  });

  const error = (rest: object) => ({
    error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT', ...rest },
  });
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' };

  it.each<[string, JsonValue, object]>([
    [
      'a bad key by its reason',
      error({ details: [{ reason: 'API_KEY_INVALID' }] }),
      { meaning: 'bad-key', code: 'API_KEY_INVALID' },
    ],
    [
      'a bad key by its words',
      error({ message: 'API key not valid. Please pass a valid API key.' }),
      { meaning: 'bad-key' },
    ],
    [
      'a context that is too long',
      error({
        message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      }),
      { meaning: 'context-too-long' },
    ],
    [
      'an ordinary slip',
      error({ message: 'Unknown name "x"' }),
      { meaning: undefined, code: 'INVALID_ARGUMENT' },
    ],
    [
      'a rate limit with its delay',
      { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details: [retry] } },
      { meaning: 'rate-limited', retryAfterMs: 34_400 },
    ],
    [
      'an overload told by its number alone',
      { error: { code: 503, message: 'm' } },
      { meaning: 'overloaded', code: 'UNAVAILABLE' },
    ],
    ['an error in a list', [{ error: { code: 503, message: 'm' } }], { message: 'm' }],
    ['a bare text', { error: 'm' }, { message: 'm' }],
    ['no message', { error: {} }, { message: 'the backend reported an error without a message' }],
    ['odd details', error({ details: [1, null, { '@type': 5, reason: {} }] }), { code: 'INVALID_ARGUMENT' }],
  ])('reads %s', (_name, body, heard) => {
    expect(readGeminiError(body)).toMatchObject(heard);
  });

  it.each<{ body: JsonValue }>([null, 'x', 1, [], {}, { error: null }].map((body) => ({ body })))(
    '$body is no error',
    ({ body }) => {
      expect(readGeminiError(body)).toBeUndefined();
    },
  );
});
