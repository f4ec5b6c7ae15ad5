import { describe, expect, it } from 'vitest';
import { Secret } from '../model/secret.ts';
import { backendFailure } from './backend-failure.ts';

const key = new Secret('my-own-key-of-no-known-form');

describe('an error with status 200', () => {
  it('tells neither the key it was sent nor an address', () => {
    const error = backendFailure(
      {
        message: 'boom my-own-key-of-no-known-form and sk-other-12345678 at http://10.0.0.1:8000/v1',
        code: 'my-own-key-of-no-known-form',
        type: 'http://10.0.0.1/type',
      },
      key,
    );
    const told = JSON.stringify([error.message, error.details]);
    expect(told).not.toMatch(/my-own-key|sk-other|10\.0\.0\.1/);
    expect(error.message).toBe('boom *** and *** at (address)');
  });

  it('ends, however much the backend says', () => {
    expect(backendFailure({ message: 'x'.repeat(3_000_000) }, undefined).message).toHaveLength(2_000);
  });

  it('is one even where nothing was said', () => {
    expect(backendFailure(undefined, key)).toMatchObject({ code: 'upstream_error' });
  });
});
