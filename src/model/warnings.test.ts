import { describe, expect, it } from 'vitest';
import { GatewayError } from './gateway-error.ts';
import { Warnings } from './warnings.ts';

describe('what a translation gives up', () => {
  it('is listed once, in order, as one header', () => {
    const warnings = new Warnings();
    warnings.dropped('logit_bias');
    warnings.changed('temperature', 'clamped_to_1');
    warnings.dropped('logit_bias');
    warnings.estimated('input_tokens', 'counted_by_bytes');
    expect(warnings.asHeader()).toBe(
      'dropped;param=logit_bias;reason=unsupported_by_backend, changed;param=temperature;reason=clamped_to_1, ' +
        'estimated;param=input_tokens;reason=counted_by_bytes',
    );
  });

  it('never breaks a header, whatever a client calls its members', () => {
    const warnings = new Warnings();
    warnings.dropped(`a\r\nset-cookie: x, "é${'y'.repeat(200)}`);
    expect(warnings.asHeader()).toMatch(
      /^dropped;param=a__set-cookie__x___[_y]{60,};reason=unsupported_by_backend$/,
    );
  });

  it('is bounded', () => {
    const warnings = new Warnings();
    for (let at = 0; at < 1_000; at++) warnings.dropped(`messages[${at}]`);
    expect(warnings.list).toHaveLength(32);
  });

  it('is refused where it would change what the answer is, naming the member', () => {
    const refuse = () => new Warnings().refuse('logprobs', 'This backend tells no probabilities.');
    expect(refuse).toThrow(GatewayError);
    expect(refuse).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: { param: 'logprobs' } }),
    );
  });

  it('is refused on any route where it is simply wrong', () => {
    const reject = () => new Warnings(true).reject('input', '"input" is broken.');
    expect(reject).toThrow(expect.objectContaining({ code: 'invalid_request', details: { param: 'input' } }));
  });

  it('is only warned of on a lenient route', () => {
    const warnings = new Warnings(true);
    warnings.refuse('logprobs', 'This backend tells no probabilities.');
    expect(warnings.list).toEqual([
      { action: 'dropped', param: 'logprobs', reason: 'unsupported_by_backend' },
    ]);
  });
});
