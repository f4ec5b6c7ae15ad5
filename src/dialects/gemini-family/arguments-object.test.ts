import { expect, it } from 'vitest';
import { argumentsObject } from './arguments-object.ts';
import { readDataUrl } from './data-url.ts';

it.each([
  ['', {}, undefined],
  ['  ', {}, undefined],
  ['null', {}, undefined],
  ['"null"', {}, undefined],
  ['{"a":1}', { a: 1 }, undefined],
  ['[1]', { value: [1] }, 'wrapped'],
  ['5', { value: 5 }, 'wrapped'],
  ['{"a":["b', { a: ['b'] }, 'repaired'],
  ['{"a":"\\"}', { a: '"}' }, 'repaired'],
  ['{"a":', { _raw: '{"a":' }, 'kept_as_text'],
  ['not json', { _raw: 'not json' }, 'kept_as_text'],
])('arguments %j are the object %j', (text, value, change) => {
  expect(argumentsObject(text)).toEqual(change === undefined ? { value } : { value, change });
});

const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64');

it.each([
  ['by the book', `data:image/png;base64,${png}`, { mimeType: 'image/png', base64: png }],
  ['with a wrong type', `data:image/jpeg;base64,${png}`, { mimeType: 'image/png', base64: png }],
  [
    'with line breaks',
    `data:image/png;base64,${png.slice(0, 5)}\r\n${png.slice(5)}`,
    { mimeType: 'image/png', base64: png },
  ],
  ['without a type', `data:;base64,${png}`, { mimeType: 'image/png', base64: png }],
  [
    'with parameters',
    'data:text/plain;charset=utf-8;base64,SGk=',
    { mimeType: 'text/plain', base64: 'SGk=' },
  ],
  ['percent-encoded base64', 'data:text/plain;base64,SGk%3D', { mimeType: 'text/plain', base64: 'SGk=' }],
  ['plain text', 'data:,H%69', { mimeType: 'text/plain', base64: 'SGk=' }],
  ['the wrong name of jpeg', 'data:image/jpg;base64,SGk=', { mimeType: 'image/jpeg', base64: 'SGk=' }],
  ['the alphabet of URLs', 'data:a/b;base64,-_-_', { mimeType: 'a/b', base64: '+/+/' }],
  ['broken base64', 'data:image/png;base64,!!', undefined],
  ['no base64 at all', 'data:image/png;base64,', undefined],
  ['broken percent signs', 'data:,%zz', undefined],
  ['another URL', 'https://x/y,z', undefined],
])('a data: URL %s', (_name, url, bytes) => {
  expect(readDataUrl(url)).toEqual(bytes);
});
