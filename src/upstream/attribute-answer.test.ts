import { describe, expect, it } from 'vitest';
import { Secret } from '../model/secret.ts';
import { attributeAnswer, retryAfterMs } from './attribute-answer.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');

describe('retry-after', () => {
  it.each([
    ['milliseconds first', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date to come', { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30_000],
    ['no date that is past', { 'retry-after': 'Fri, 20 Nov 2026 11:59:00 GMT' }, undefined],
    ['nothing negative', { 'retry-after': '-5' }, undefined],
    ['no nonsense', { 'retry-after': 'soon' }, undefined],
  ])('takes %s', (_what, headers, expected) => {
    expect(retryAfterMs(headers, nowMs)).toBe(expected);
  });
});

it('strikes our key and its own addresses out of what a backend says', () => {
  const said = { message: 'key sk-live-123456789 refused at http://10.0.0.7:8000/v1' };
  const error = attributeAnswer({
    status: 500,
    headers: {},
    said,
    key: new Secret('sk-live-123456789'),
    nowMs,
  });
  expect(error.message).toBe('key *** refused at (address)');
});
