import { expect, it } from 'vitest';
import { blankUsage } from './blank-usage.ts';

function blanked(text: string): string {
  const bytes = Buffer.from(text);
  blankUsage(bytes);
  expect(bytes).toHaveLength(Buffer.byteLength(text));
  return bytes.toString();
}

it.each([
  [
    '{"id":"a","choices":[{"delta":{"content":"x"}}],"usage":null}',
    { id: 'a', choices: [{ delta: { content: 'x' } }] },
  ],
  ['{"usage":null,"id":"a"}', { id: 'a' }],
  ['{ "id" : "a" , "usage" : null , "model" : "m" }', { id: 'a', model: 'm' }],
  ['{"usage":null}', {}],
  ['{"choices":[{"usage":null,"index":0}],"usage":null}', { choices: [{ index: 0 }] }],
])('a chunk that tells no usage yet has no such member: %s', (text, wanted) => {
  expect(JSON.parse(blanked(text))).toEqual(wanted);
});

it.each([
  '{"choices":[],"usage":{"prompt_tokens":1}}',
  '{"choices":[{"delta":{"content":"say \\"usage\\":null, please"}}]}',
  '{"choices":[{"delta":{"content":"usage"}}]}',
  '{"list":["usage",null]}',
  '{"usages":null,"my_usage":null}',
  '{"usage":',
])('anything else stays as it is: %s', (text) => {
  expect(blanked(text)).toBe(text);
});
