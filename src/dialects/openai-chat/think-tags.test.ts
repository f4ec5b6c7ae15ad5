import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Said, ThinkTags } from './think-tags.ts';

/** What was said in sum, thoughts in brackets. */
function split(...pieces: readonly string[]): string {
  const tags = new ThinkTags();
  return sum([...pieces.flatMap((piece) => tags.push(piece)), ...tags.end()]);
}

function sum(said: readonly Said[]): string {
  const kinds = { 'text-delta': '', 'thinking-delta': '' };
  for (const { type, text } of said) kinds[type] += text;
  return `[${kinds['thinking-delta']}]${kinds['text-delta']}`;
}

describe('think tags', () => {
  it.each([
    ['<think>hm</think>yes', '[hm]yes'],
    ['<think>\nhm\n</think>\n\nyes\n', '[hm\n]yes\n'],
    ['\n <think>hm</think>yes', '[hm]yes'],
    ['</think>\n\nyes', '[]yes'],
    ['<think></think>yes', '[]yes'],
    ['<think>never closed', '[never closed]'],
    ['<think>a </thin b</think>c', '[a </thin b]c'],
    ['<think>a</thi', '[a</thi]'],
    ['plain', '[]plain'],
    ['say <think>x</think>', '[]say <think>x</think>'],
    ['  <thin', '[]  <thin'],
    ['<thinking>', '[]<thinking>'],
    ['<', '[]<'],
    ['', '[]'],
    ['<think>a</think>b</think>c<think>', '[a]b</think>c<think>'],
  ])('splits %j into %j, in one piece or letter by letter', (text, wanted) => {
    expect(split(text)).toBe(wanted);
    expect(split(...text)).toBe(wanted);
  });

  it('splits the same however the text is cut', () => {
    const bits = fc.constantFrom('<think>', '</think>', '<th', 'ink>', '</', '\n', ' ', 'a', '<');
    const anyText = fc.array(bits, { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(anyText, fc.array(fc.nat({ max: 40 })), (text, cuts) => {
        const ends = [...cuts.filter((cut) => cut < text.length), text.length].sort((a, b) => a - b);
        const pieces = ends.map((end, at) => text.slice(at === 0 ? 0 : ends[at - 1], end));
        expect(split(...pieces)).toBe(split(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds back no more than what may yet be a tag', () => {
    const tags = new ThinkTags();
    expect(sum(tags.push('Hi'))).toBe('[]Hi');
    expect(sum(tags.push(' <'))).toBe('[] <');
    const thinking = new ThinkTags();
    expect(sum(thinking.push('<think>a</th'))).toBe('[a]');
    expect(sum(thinking.push('ud'))).toBe('[</thud]');
  });
});
