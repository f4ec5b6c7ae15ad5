import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceOf, looseJson } from '../../test/support/loose-json.ts';
import { GatewayError } from './gateway-error.ts';
import type { JsonObject } from './json.ts';
import { applyEdits, type JsonOutline, outlineJson, VALUES_MAX } from './json-outline.ts';

const limits = { depthMax: 64, valuesMax: VALUES_MAX };
const outline = (text: string | Buffer): JsonOutline => outlineJson(Buffer.from(text as string), limits);

/** Objects of any content; `__proto__` is left to a test of its own. */
const anyObject = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'),
  fc.jsonValue({ maxDepth: 3 }),
) as fc.Arbitrary<JsonObject>;

describe('outlineJson', () => {
  it('finds every member of randomly written objects, and nothing but them', () => {
    fc.assert(
      fc.property(anyObject, fc.nat(), (object, seed) => {
        const bytes = Buffer.from(looseJson(object, diceOf(seed)));
        const found = outlineJson(bytes, limits);
        for (const [name, value] of Object.entries(JSON.parse(bytes.toString()) as JsonObject)) {
          const span = found.span(name);
          expect(span).toBeDefined();
          const text = bytes.toString('utf8', span?.start, span?.end);
          expect(text).toBe(text.trim());
          expect(JSON.parse(text)).toEqual(value);
        }
        expect(found.isEmpty).toBe(Object.keys(object).length === 0);
      }),
    );
  });

  it('sets a member of randomly written objects, and leaves every other byte alone', () => {
    fc.assert(
      fc.property(anyObject, fc.string(), fc.jsonValue(), fc.nat(), (object, name, value, seed) => {
        fc.pre(name !== '__proto__');
        const bytes = Buffer.from(looseJson(object, diceOf(seed)));
        const edit = outlineJson(bytes, limits).editToSet(name, JSON.stringify(value));
        const edited = applyEdits(bytes, [edit]);
        const expected = {
          ...(JSON.parse(bytes.toString()) as JsonObject),
          [name]: JSON.parse(JSON.stringify(value)),
        };
        expect(JSON.parse(edited.toString())).toEqual(expected);
        expect(edited.subarray(0, edit.start)).toEqual(bytes.subarray(0, edit.start));
        expect(edited.subarray(edited.length - (bytes.length - edit.end))).toEqual(bytes.subarray(edit.end));
      }),
    );
  });

  it('decodes a name written with escapes, so that it cannot hide', () => {
    expect(outline('{"m\\u006fdel":"a"}').span('model')).toEqual({ start: 14, end: 17 });
    expect(() => outline('{"m\\u006fdel":"a","model":"b"}')).toThrow(/"model" twice/);
  });

  it('takes __proto__ for a name like any other', () => {
    expect(outline('{"__proto__":1}').span('__proto__')).toEqual({ start: 13, end: 14 });
    expect(outline('{}').span('__proto__')).toBeUndefined();
    expect(outline('{}').span('constructor')).toBeUndefined();
  });

  it('refuses a member that stands twice at the top, but not deeper', () => {
    expect(() => outline('{"a":1, "a":2}')).toThrow(GatewayError);
    expect(() => outline('{"b":{"a":1,"a":2}}')).not.toThrow();
  });

  it('has no place for members where there is no object', () => {
    expect(outline('').bodyStart).toBe(-1);
    expect(outline('[{"a":1}]').bodyStart).toBe(-1);
    expect(outline('[{"a":1}]').span('a')).toBeUndefined();
    expect(outline('"text"').bodyStart).toBe(-1);
  });

  it('refuses what is too deep or holds too much', () => {
    expect(() => outline(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`)).toThrow(/levels deep/);
    expect(() => outline(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)).not.toThrow();
    expect(() => outlineJson(Buffer.from('{"a":[1,2,3,4]}'), { depthMax: 9, valuesMax: 18 })).toThrow(
      /too many values/,
    );
    expect(() => outline(`{"a":[${'{},'.repeat(VALUES_MAX)}{}]}`)).toThrow(/too many values/);
  });

  it('stays quick with as many members as are allowed', () => {
    const members = Array.from({ length: 90_000 }, (_, at) => `"member ${at}":${at}`).join(',');
    const before = performance.now();
    const found = outline(`{${members}}`);
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(found.span('member 89999')).toBeDefined();
  });

  it('neither loops nor throws anything but GatewayError on what is no JSON', () => {
    const fragments = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      'a',
      '"a"',
      ' ',
      '\\u00',
      '1',
      'null',
      '\u{1f600}',
    );
    const hostile = fc.oneof(
      fc.array(fragments, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(anyObject, fc.nat()).map(([object, cut]) => {
        const bytes = Buffer.from(JSON.stringify(object));
        return bytes.subarray(0, cut % (bytes.length + 1));
      }),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          outlineJson(bytes, { depthMax: 5, valuesMax: 20 });
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('applyEdits', () => {
  it('hands back the very same bytes when there is nothing to do', () => {
    const bytes = Buffer.from('{}');
    expect(applyEdits(bytes, [])).toBe(bytes);
  });

  it('counts offsets in bytes, not letters', () => {
    const bytes = Buffer.from('{"é":"ü","b":1}');
    const span = outlineJson(bytes, limits).span('b');
    expect(
      applyEdits(bytes, [{ start: span?.start ?? 0, end: span?.end ?? 0, text: '"ß"' }]).toString(),
    ).toBe('{"é":"ü","b":"ß"}');
  });
});
