import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { readOllamaError, writeOllamaError } from './error-envelope.ts';

describe('errors', () => {
  it.each([
    [new GatewayError('rate_limited', 'Slow down.'), 'Slow down.'],
    [
      new GatewayError('model_not_found', 'No backend serves the model "x:1". See GET /v1/models.', {
        param: 'model',
        unknownModel: 'x:1',
      }),
      "model 'x:1' not found",
    ],
    [new GatewayError('model_not_found', 'It went away.', { param: 'model' }), 'It went away.'],
    [new GatewayError('model_not_found', 'No model "x" there.'), 'No model "x" there.'],
  ])('are written as a sentence', (error, text) => {
    expect(writeOllamaError(error)).toEqual({ error: text });
  });

  it.each([
    [{ error: "model 'x' not found" }, { message: "model 'x' not found", meaning: undefined }],
    [{ error: { message: 'unauthorized' } }, { message: 'unauthorized', meaning: 'bad-key' }],
    [
      { error: 'the input length exceeds the context length' },
      { message: 'the input length exceeds the context length', meaning: 'context-too-long' },
    ],
    [{ error: 'too many requests' }, { message: 'too many requests', meaning: 'rate-limited' }],
    [
      { error: { code: 5 } },
      { message: 'the backend reported an error without a message', meaning: undefined },
    ],
    [{ error: '' }, undefined],
    [{ error: null }, undefined],
    [[], undefined],
    ['error', undefined],
  ])('%j is read', (body, heard) => {
    expect(readOllamaError(body)).toEqual(heard);
  });
});
