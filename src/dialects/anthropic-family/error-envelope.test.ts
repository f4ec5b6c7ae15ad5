import { describe, expect, it } from 'vitest';
import { type ErrorCode, type ErrorDetails, GatewayError } from '../../model/gateway-error.ts';
import type { JsonValue } from '../../model/json.ts';
import { errorStatus, readAnthropicError, writeAnthropicError } from './error-envelope.ts';

const written = (code: ErrorCode, message = 'm', details: ErrorDetails = {}) =>
  writeAnthropicError(new GatewayError(code, message, details))['error'];

describe('the error body', () => {
  it.each<[ErrorCode, string]>([
    ['invalid_request', 'invalid_request_error'],
    ['invalid_key', 'authentication_error'],
    ['model_not_allowed', 'permission_error'],
    ['model_not_found', 'not_found_error'],
    ['method_not_allowed', 'invalid_request_error'],
    ['request_timeout', 'timeout_error'],
    ['body_too_large', 'request_too_large'],
    ['rate_limited', 'rate_limit_error'],
    ['quota_exceeded', 'rate_limit_error'],
    ['internal_error', 'api_error'],
    ['operation_not_supported', 'invalid_request_error'],
    ['upstream_error', 'api_error'],
    ['no_healthy_backend', 'api_error'],
    ['upstream_timeout', 'timeout_error'],
  ])('%s is %s', (code, type) => {
    expect(written(code)).toEqual({ type, message: 'm' });
  });

  it('an overloaded backend has a status of its own', () => {
    for (const backendStatus of [529, 503]) {
      const error = new GatewayError('no_healthy_backend', 'm', { backendStatus });
      expect(errorStatus(error)).toBe(529);
      expect(writeAnthropicError(error)).toEqual({
        type: 'error',
        error: { type: 'overloaded_error', message: 'm' },
      });
    }
    expect(errorStatus(new GatewayError('no_healthy_backend', 'm'))).toBe(503);
    expect(errorStatus(new GatewayError('cost_limit_exceeded', 'm', { status: 402 }))).toBe(402);
  });

  it('a backend that refused our key does not make the client drop its own', () => {
    expect(written('upstream_error', 'm', { backendType: 'authentication_error' })).toMatchObject({
      type: 'api_error',
    });
    expect(written('upstream_error', 'm', { backendType: 'overloaded_error' })).toMatchObject({
      type: 'overloaded_error',
    });
  });

  it('says the words by which clients know that the talk is too long, once', () => {
    const backendCode = 'context_length_exceeded';
    expect(written('invalid_request', 'too much', { backendCode })).toMatchObject({
      message: 'prompt is too long: too much',
    });
    expect(written('invalid_request', 'prompt is too long: 5', { backendCode })).toMatchObject({
      message: 'prompt is too long: 5',
    });
  });

  it('of a parameter begins with its path', () => {
    expect(written('unsupported_parameter', 'No.', { param: 'messages[0]' })).toMatchObject({
      message: 'messages[0]: No.',
    });
  });
});

describe('a backend’s error', () => {
  it.each<[JsonValue, string | undefined]>([
    [{ type: 'error', error: { type: 'api_error', message: 'm' } }, 'm'],
    [{ error: 'm' }, 'm'],
    [{ detail: [{ loc: 1 }] }, '[{"loc":1}]'],
    [{ type: 'error', message: 'm' }, 'm'],
    [{ error: {} }, 'the backend reported an error without a message'],
    [{ content: [] }, undefined],
    [null, undefined],
    ['text', undefined],
  ])('%j says %j', (body, message) => {
    expect(readAnthropicError(body)?.message).toBe(message);
  });

  it('its own code is told', () => {
    const error = { type: 'invalid_request_error', message: 'm', details: { error_code: 'c' } };
    expect(readAnthropicError({ error })).toEqual({
      message: 'm',
      type: 'invalid_request_error',
      code: 'c',
      meaning: undefined,
    });
  });
});
