import { describe, expect, it } from 'vitest';
import { withModelShown } from './show-model.ts';

const shown = (text: string, depth: number) => withModelShown(Buffer.from(text), 'fast', depth).toString();

describe('withModelShown', () => {
  it('replaces the name at its depth', () => {
    expect(shown('data: {"id":"1","model":"m\\"1","x":{}}\n\n', 1)).toBe(
      'data: {"id":"1","model":"fast","x":{}}\n\n',
    );
    expect(shown('event: a\ndata: {"type":"a","message":{"id":"{","model":"m"}}\n\n', 2)).toBe(
      'event: a\ndata: {"type":"a","message":{"id":"{","model":"fast"}}\n\n',
    );
  });

  it.each([
    '{"tool":{"arguments":{"model":"Tesla Model 3"}}}\n',
    '{"list":[{"model":"m"}],"model":null}\n',
    '{"model":{"model":"m"}}\n',
    '{"text":"\\"model\\":\\"m\\""}\n',
    'data: [DONE]\n\n',
  ])('leaves %s as it is, to the byte', (text) => {
    const raw = Buffer.from(text);
    expect(withModelShown(raw, 'fast', 1)).toBe(raw);
  });

  it('finds it behind others of its name that stand deeper', () => {
    expect(shown('{"a":{"model":"x"},"model":"m"}', 1)).toBe('{"a":{"model":"x"},"model":"fast"}');
  });
});
