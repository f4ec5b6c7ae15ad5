import { expect, it } from 'vitest';
import { readDataUrl } from './data-url.ts';
import { pictureType } from './picture-type.ts';

it.each([
  ['data:image/PNG;base64,AAAA', { mediaType: 'image/png', base64: 'AAAA' }],
  ['data:;base64,AAAA', { mediaType: '', base64: 'AAAA' }],
  ['DATA:text/plain;charset=utf-8;base64,aGk=', { mediaType: 'text/plain', base64: 'aGk=' }],
  ['data:text/plain,h%C3%A9', { mediaType: 'text/plain', base64: 'aMOp' }],
  ['data:image/png;base64,AA\r\nAA', { mediaType: 'image/png', base64: 'AAAA' }],
  ['data:image/png;base64,AA%2BA', { mediaType: 'image/png', base64: 'AA+A' }],
  ['data:image/png;base64,A-_A', { mediaType: 'image/png', base64: 'A+/A' }],
  ['data:image/png;base64,!!!', undefined],
  ['data:image/png;base64,', undefined],
  ['data:text/plain,%zz', undefined],
  ['data:nothing', undefined],
  ['https://x/y,z', undefined],
])('%s', (url, read) => {
  expect(readDataUrl(url)).toEqual(read);
});

it.each([
  ['iVBORw0KGgo=', 'image/png'],
  ['/9j/4AAQ', 'image/jpeg'],
  ['R0lGODlh', 'image/gif'],
  ['UklGRiQAAABXRUJQ', 'image/webp'],
  ['UklGRiQAAABXQVZF', undefined],
  ['aGVsbG8=', undefined],
])('the picture %s is %s', (base64, type) => {
  expect(pictureType(base64)).toBe(type);
});
