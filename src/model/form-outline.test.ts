import { describe, expect, it } from 'vitest';
import { boundaryOf, type FormOutline, FormReader } from './form-outline.ts';
import { applyEdits } from './json-outline.ts';

const BOUNDARY = 'XyZ';

interface PartText {
  readonly head: string;
  readonly value: string;
}

const field = (name: string, value: string): PartText => ({
  head: `Content-Disposition: form-data; name="${name}"`,
  value,
});
const file = (name: string, value: string): PartText => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="a b.mp3"\r\nContent-Type: audio/mpeg`,
  value,
});

function form(...parts: readonly PartText[]): Buffer {
  const texts = parts.map(({ head, value }) => `--${BOUNDARY}\r\n${head}\r\n\r\n${value}\r\n`);
  return Buffer.from(`${texts.join('')}--${BOUNDARY}--\r\n`, 'latin1');
}

function read(bytes: Buffer, pieceBytes = bytes.length): FormOutline {
  const reader = new FormReader(BOUNDARY);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return reader.end();
}

const usual = form(
  file('file', `\r\n--Xy\r\n--\x00\xff\r\n\r\n`),
  field('model', 'whisper-1'),
  field('prompt', ''),
  field('timestamp_granularities[]', 'word'),
  field('timestamp_granularities[]', 'segment'),
);

describe('a form', () => {
  it('tells its fields and files, wherever it is cut', () => {
    const whole = read(usual);
    expect(whole.body).toEqual({
      file: { filename: 'a b.mp3', content_type: 'audio/mpeg' },
      model: 'whisper-1',
      prompt: '',
      'timestamp_granularities[]': ['word', 'segment'],
    });
    expect(whole.length).toBe(usual.length);
    const contents = whole.filesOf('file').map(({ start, end }) => usual.toString('latin1', start, end));
    expect(contents).toEqual([`\r\n--Xy\r\n--\x00\xff\r\n\r\n`]);
    // A text is no file.
    expect(whole.filesOf('model')).toEqual([]);
    for (let pieceBytes = 1; pieceBytes < 60; pieceBytes++) {
      const cut = read(usual, pieceBytes);
      expect(cut.body).toEqual(whole.body);
      expect(cut.length).toBe(usual.length);
      expect(cut.filesOf('file')[0]).toMatchObject(whole.filesOf('file')[0] ?? {});
      expect(cut.editToSet('model', 'x')).toEqual(whole.editToSet('model', 'x'));
    }
  });

  it('is changed in one value alone', () => {
    const changed = applyEdits(usual, [read(usual).editToSet('model', 'a much longer name')]);
    const text = usual.toString('latin1').replace('whisper-1', 'a much longer name');
    expect(changed.toString('latin1')).toBe(text);
    expect(read(changed).body['model']).toBe('a much longer name');
  });

  it('gets a field it did not have', () => {
    const without = form(file('file', 'bytes'));
    const changed = applyEdits(without, [read(without).editToSet('model', 'm')]);
    expect(read(changed).body).toMatchObject({ model: 'm', file: { filename: 'a b.mp3' } });
    expect(changed.subarray(changed.length - without.length)).toEqual(without);
  });

  it('may be empty, and may begin with a line end', () => {
    expect(read(Buffer.from(`--${BOUNDARY}--`)).body).toEqual({});
    const late = Buffer.concat([Buffer.from('\r\n'), usual]);
    for (const pieceBytes of [1, 2, 3, late.length]) {
      const outline = read(late, pieceBytes);
      expect(applyEdits(late, [outline.editToSet('model', 'z')]).toString('latin1')).toContain(
        '\r\n\r\nz\r\n',
      );
    }
  });

  it('has names that are nobody’s prototype', () => {
    const { body } = read(form(field('__proto__', 'x'), field('constructor', 'y'), field('model', 'm')));
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(Object.keys(body)).toEqual(['__proto__', 'constructor', 'model']);
  });

  it('keeps no text that is longer than any prompt, but still knows where it stands', () => {
    const long = form(field('prompt', 'x'.repeat(70_000)), field('model', 'm'));
    expect(read(long, 1000).body).toEqual({ model: 'm' });
    const changed = applyEdits(long, [read(long).editToSet('prompt', 'y')]);
    expect(changed.length).toBe(long.length - 69_999);
  });
});

describe('a form is refused that', () => {
  const named = (disposition: string) => form({ head: disposition, value: 'x' });
  const cases: readonly (readonly [string, Buffer])[] = [
    ['is cut off', usual.subarray(0, -6)],
    ['is cut off in its headers', usual.subarray(0, 30)],
    ['is empty', Buffer.alloc(0)],
    ['has text in front', Buffer.concat([Buffer.from('hello\r\n'), usual])],
    ['has text in front of a kind that only some skip', Buffer.concat([Buffer.from('\r\n\r\n'), usual])],
    ['has something behind', Buffer.concat([usual, usual])],
    ['has half a boundary in a part', form(field('a', `x\r\n--${BOUNDARY}q`), field('model', 'm'))],
    ['has a part without a name', named('Content-Disposition: form-data')],
    ['has a part of another kind', named('Content-Disposition: attachment; name="a"')],
    ['has a part without headers', named('')],
    ['names a part twice', named('Content-Disposition: form-data; name="a"; name="model"')],
    ['names a part in two ways', named(`Content-Disposition: form-data; name="a"; name*=utf-8''model`)],
    ['hides a name', named('Content-Disposition: form-data; name="mod\\el"')],
    ['has two dispositions', named(`${field('a', '').head}\r\n${field('model', '').head}`)],
    ['folds a header', named('Content-Disposition: form-data;\r\n name="model"')],
    ['encodes a field', named(`${field('model', '').head}\r\nContent-Transfer-Encoding: base64`)],
    ['has a text of broken letters', form(field('model', '\xff\xfe'))],
    ['has headers without end', named(`X-Long: ${'x'.repeat(9000)}`)],
    ['has more parts than any API takes', form(...Array.from({ length: 1001 }, () => field('a', 'b')))],
  ];

  it.each(cases)('%s', (_name, bytes) => {
    for (const pieceBytes of [7, Math.max(bytes.length, 1)])
      expect(() => read(bytes, pieceBytes)).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          message: expect.stringContaining('cannot be read'),
        }),
      );
  });
});

describe('the boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b c"', 'a b c'],
    ['multipart/form-data;boundary=----WebKitFormBoundaryX', '----WebKitFormBoundaryX'],
    ['application/json', undefined],
    [undefined, undefined],
  ])('of %s is %s', (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ])('of %s cannot be used', (contentType) => {
    expect(() => boundaryOf(contentType)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
