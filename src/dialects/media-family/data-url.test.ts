import { expect, it } from 'vitest';
import { readDataUrl, textOfDataUrl } from './data-url.ts';

it.each([
  ['data:image/PNG;base64,AAAA', { mediaType: 'image/png', base64: 'AAAA' }],
  ['data:;base64,AAAA', { mediaType: '', base64: 'AAAA' }],
  ['DATA:text/plain;charset=utf-8;base64,aGk=', { mediaType: 'text/plain', base64: 'aGk=' }],
  ['data:text/plain,h%C3%A9', { mediaType: 'text/plain', base64: 'aMOp' }],
  ['data:,H%69', { mediaType: '', base64: 'SGk=' }],
  ['data:image/png;base64,AA\r\nAA', { mediaType: 'image/png', base64: 'AAAA' }],
  ['data:image/png;base64,AA%2BA', { mediaType: 'image/png', base64: 'AA+A' }],
  ['data:text/plain;base64,SGk%3D', { mediaType: 'text/plain', base64: 'SGk=' }],
  ['data:image/png;base64,A-_A', { mediaType: 'image/png', base64: 'A+/A' }],
  ['data:image/png;base64,!!!', undefined],
  ['data:image/png;base64,AAAAA', undefined],
  ['data:image/png;base64,A==', undefined],
  ['data:image/png;base64,', undefined],
  ['data:image/png;base64,%zz', undefined],
  ['data:text/plain,', undefined],
  ['data:text/plain,100%', undefined],
  ['data:text/plain,%zz', undefined],
  ['data:nothing', undefined],
  ['https://x/y,z', undefined],
])('%j holds %j', (url, read) => {
  expect(readDataUrl(url)).toEqual(read);
});

it.each([
  ['data:text/plain;base64,SGk=', 'Hi'],
  ['data:text/plain;charset=utf-8;base64,SG\nk=', 'Hi'],
  ['data:text/plain,H%C3%A9', 'Hé'],
  ['DATA:Text/CSV,a', 'a'],
])('the text of %j is %j', (url, text) => {
  const data = readDataUrl(url);
  expect(data && textOfDataUrl(data)).toBe(text);
});
