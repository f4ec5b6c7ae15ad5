import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from '../../test/support/stream-cuts.ts';
import { FrameTooLargeError } from './frame.ts';
import { SseFrame, SseSplitter } from './sse.ts';

interface Told {
  readonly event: string | undefined;
  readonly data: string | undefined;
}

/** The plainest reading of the standard: all lines first, then events, at blank lines and at the end. */
function reference(stream: string): Told[] {
  const told: Told[] = [];
  let fields: [string, string][] = [];
  for (const line of [...stream.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), '']) {
    if (line !== '') {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      if (colon !== 0) fields.push([name, colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')]);
      continue;
    }
    if (fields.length > 0) told.push({ event: joined(fields, 'event'), data: joined(fields, 'data') });
    fields = [];
  }
  return told.filter(hasAnything);
}

function joined(fields: readonly [string, string][], name: string): string | undefined {
  const values = fields.filter((field) => field[0] === name).map((field) => field[1]);
  return values.length === 0 ? undefined : values.join('\n');
}

function tell(frames: readonly SseFrame[]): Told[] {
  return frames.map((frame) => ({ event: frame.eventName(), data: frame.data() })).filter(hasAnything);
}

function hasAnything(told: Told): boolean {
  return told.event !== undefined || told.data !== undefined;
}

const line = fc.constantFrom(
  'data: {"a":"é😀"}',
  'data:x',
  'data:  two spaces',
  'data',
  'data:',
  'event: error',
  'event:ping',
  'id: 1',
  'retry',
  ': comment',
  ':',
  'dataset: no field of ours',
  '',
  '',
  '',
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
/** Streams of one kind of line end, and such as mix them. */
const stream = fc
  .tuple(fc.boolean(), lineEnd, fc.boolean(), fc.array(fc.tuple(line, lineEnd), { maxLength: 20 }))
  .map(([hasBom, ownEnd, isMixed, lines]) => {
    const text = lines.map(([one, end]) => one + (isMixed ? end : ownEnd)).join('');
    return (hasBom ? '\uFEFF' : '') + text;
  });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });

describe('SseSplitter', () => {
  it('tells what the plainest reading tells, for every line end and every cut', () => {
    fc.assert(
      fc.property(stream, sizes, (text, cuts) => {
        expect(tell(framesOf(text, cuts))).toEqual(reference(text));
        expect(tell(framesOf(text, [1]))).toEqual(reference(text));
        expect(tell(framesOf(text))).toEqual(reference(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses no byte and adds none', () => {
    fc.assert(
      fc.property(stream, sizes, (text, cuts) => {
        const raw = Buffer.concat(framesOf(text, cuts).map((frame) => frame.raw));
        expect(raw.toString()).toBe(text);
      }),
    );
  });

  it('tells an event as soon as its blank line is there, even one of a lone CR', () => {
    const splitter = new SseSplitter();
    expect(splitter.push(Buffer.from('data: a\n'))).toHaveLength(0);
    expect(splitter.push(Buffer.from('\n'))).toHaveLength(1);
    expect(splitter.push(Buffer.from('data: a\r\r'))).toHaveLength(1);
  });

  it('takes an LF that comes later for the other half of a CRLF, also after an empty chunk', () => {
    const splitter = new SseSplitter();
    splitter.push(Buffer.from('data: a\r\n\r'));
    splitter.push(Buffer.alloc(0));
    const frames = splitter.push(Buffer.from('\ndata: b\n\n'));
    expect(tell(frames)).toEqual([{ event: undefined, data: 'b' }]);
    expect(frames.at(-1)?.raw.toString()).toBe('data: b\n\n');
  });

  it('keeps what earlier frames hold when more bytes come', () => {
    const splitter = new SseSplitter();
    const frames: SseFrame[] = [];
    const chunks = ['data: o', 'ne\n\nda', 'ta: two\n\ndat', 'a: three\n\nx', 'yz', ': 4\n\n'];
    for (const chunk of chunks) frames.push(...splitter.push(Buffer.from(chunk)));
    expect(frames.map((frame) => frame.raw.toString())).toEqual([
      'data: one\n\n',
      'data: two\n\n',
      'data: three\n\n',
      'xyz: 4\n\n',
    ]);
  });

  it('gives the unfinished end just once, and can start afresh after it', () => {
    const splitter = new SseSplitter();
    splitter.push(Buffer.from('data: a'));
    splitter.push(Buffer.from('b'));
    expect(splitter.rest()?.toString()).toBe('data: ab');
    expect(splitter.rest()).toBeUndefined();
    splitter.push(Buffer.from('data: c'));
    expect(splitter.push(Buffer.from('d\n\n')).map((frame) => frame.data())).toEqual(['cd']);
  });

  it('refuses an event that never ends', () => {
    const splitter = new SseSplitter(100);
    expect(() => splitter.push(Buffer.alloc(101, 'x'))).toThrow(FrameTooLargeError);
  });

  it('does not copy a long event again and again', () => {
    const splitter = new SseSplitter();
    const piece = Buffer.alloc(256, 'x');
    const before = performance.now();
    for (let count = 0; count < 16_384; count++) splitter.push(piece);
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(splitter.push(Buffer.from('\n\n'))[0]?.raw).toHaveLength(16_384 * 256 + 2);
  });
});

describe('SseFrame', () => {
  const frame = (text: string) => new SseFrame(Buffer.from(text));

  it('knows a frame of one data line, and only that', () => {
    expect(frame('data: a\n\n').isOneDataLine).toBe(true);
    expect(frame('data:a\r\n\r\n').isOneDataLine).toBe(true);
    const others = [
      'data: a\ndata: b\n\n',
      'data: a\nx\n\n',
      'data: a\n\n\n',
      'data: a\n',
      'data: a',
      'data: a\nb',
      'data: a\r\nbc',
      'data: a\r\r\n\n',
      'data: a\rb\n\n',
      'data\n\n',
      'event: a\n\n',
      ': a\n\n',
      '\n\n',
      '',
    ];
    for (const text of others) expect([text, frame(text).isOneDataLine]).toEqual([text, false]);
  });

  it('reads fields the standard does not know', () => {
    expect(frame('error: {"code":500}\n\n').field('error')).toBe('{"code":500}');
  });
});
