import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTooLargeError } from './frame.ts';
import { LineSplitter } from './ndjson.ts';

function linesOf(bytes: Buffer, sizes: readonly number[]): (string | undefined)[] {
  const splitter = new LineSplitter();
  const lines: (string | undefined)[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? bytes.length);
    lines.push(...splitter.push(bytes.subarray(at, end)).map((frame) => frame.data()));
    at = end;
  }
  const last = splitter.last();
  return last === undefined ? lines : [...lines, last.data()];
}

describe('lines of JSON', () => {
  it.each([
    ['with line feeds', '{"a":1}\n{"b":"ü"}\n', ['{"a":1}', '{"b":"ü"}']],
    ['with CRLF', '{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
    ['without the last line end', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
    ['with blank lines, which carry nothing', '{"a":1}\n\n \n', ['{"a":1}', undefined, undefined]],
  ])('%s', (_what, text, expected) => {
    expect(linesOf(Buffer.from(text), [])).toEqual(expected);
  });

  it('are the same however the bytes are cut', () => {
    const bytes = Buffer.from('{"a":"Grüße 👋"}\n{"b":2}\r\n{"c":3}');
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, (cuts) => {
        expect(linesOf(bytes, cuts)).toEqual(linesOf(bytes, []));
      }),
    );
  });

  it('keep their raw bytes, line end included', () => {
    const [frame] = new LineSplitter().push(Buffer.from('{"a":1}\r\n'));
    expect(frame?.raw.toString()).toBe('{"a":1}\r\n');
  });

  it('may not outgrow the limit', () => {
    const splitter = new LineSplitter(100);
    splitter.push(Buffer.alloc(60, 'x'));
    expect(() => splitter.push(Buffer.alloc(60, 'x'))).toThrow(FrameTooLargeError);
  });
});
