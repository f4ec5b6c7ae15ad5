import { expect, it } from 'vitest';
import { mediaTypeOf } from './media-type.ts';

it.each([
  ['image/jpeg', '\x89PNG\r\n\x1a\nrest', 'image/png'],
  ['', '\x89PNG\r\n\x1a\nrest', 'image/png'],
  ['image/png', '\xff\xd8\xff\xe0', 'image/jpeg'],
  ['image/png', 'GIF89a', 'image/gif'],
  ['image/png', 'RIFF\x24\x00\x00\x00WEBPVP8', 'image/webp'],
  ['audio/wav', 'RIFF\x24\x00\x00\x00WAVEfmt', 'audio/wav'],
  ['application/octet-stream', '%PDF-1.7', 'application/pdf'],
  ['image/jpg', 'Hi', 'image/jpeg'],
  ['', 'Hi', 'text/plain'],
  ['a/b', 'Hi', 'a/b'],
])('what is called %j and begins with %j is %s', (mediaType, bytes, type) => {
  const base64 = Buffer.from(bytes, 'latin1').toString('base64');
  expect(mediaTypeOf({ mediaType, base64 })).toBe(type);
});
