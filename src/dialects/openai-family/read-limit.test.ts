import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { readLimit } from './read-limit.ts';

const names = ['max_completion_tokens', 'max_tokens'];

function read(body: JsonObject, warnings = new Warnings()) {
  return [readLimit(body, names, warnings), warnings.asHeader()];
}

describe('a limit on written tokens', () => {
  it.each<[JsonObject, number | undefined]>([
    [{}, undefined],
    [{ max_tokens: null }, undefined],
    [{ max_tokens: 1 }, 1],
    [{ max_tokens: 5, max_completion_tokens: 7 }, 7],
  ])('%j', (body, limit) => {
    expect(read(body)).toEqual([limit, '']);
  });

  it.each<[JsonObject, number | undefined, string]>([
    [{ max_tokens: -1 }, undefined, 'max_tokens'],
    [{ max_completion_tokens: -2, max_tokens: 9 }, 9, 'max_completion_tokens'],
  ])('below nothing means none, and is told: %j', (body, limit, param) => {
    expect(read(body)).toEqual([limit, `dropped;param=${param};reason=means_no_limit`]);
  });

  it('of nothing is refused, or let go on a lenient route', () => {
    expect(() => read({ max_tokens: 0 })).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: { param: 'max_tokens' } }),
    );
    expect(read({ max_tokens: 0 }, new Warnings(true))).toEqual([
      1,
      'dropped;param=max_tokens;reason=unsupported_by_backend',
    ]);
  });

  it('must be a whole number', () => {
    expect(() => read({ max_tokens: 1.5 })).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param: 'max_tokens' } }),
    );
  });
});
