import { describe, expect, it } from 'vitest';
import { isTextType, readDataUrl, textOfDataUrl } from './data-url.ts';

describe('data URLs', () => {
  it.each([
    ['data:text/plain;base64,SGk=', 'text/plain', 'Hi'],
    ['data:;base64,SGk=', '', 'Hi'],
    ['data:text/plain;charset=utf-8;base64,SG\nk=', 'text/plain', 'Hi'],
    ['data:text/plain,H%C3%A9', 'text/plain', 'Hé'],
    ['data:text/plain,100%', 'text/plain', '100%'],
    ['DATA:Text/CSV,a', 'text/csv', 'a'],
  ])('reads %j', (url, mediaType, text) => {
    const data = readDataUrl(url);
    expect(data?.mediaType).toBe(mediaType);
    expect(data && textOfDataUrl(data)).toBe(text);
  });

  it('is none of anything else', () => {
    expect(readDataUrl('https://x.org/a,b')).toBeUndefined();
    expect(readDataUrl('data:nothing')).toBeUndefined();
  });

  it('knows text under its many names', () => {
    const named = ['text/markdown', 'application/json', 'application/ld+json', 'application/pdf', ''];
    expect(named.map(isTextType)).toEqual([true, true, true, false, false]);
  });
});
