import { describe, expect, it } from 'vitest';
import { RouteBook } from './route-book.ts';

const book = new RouteBook<string>();
book.add('/v1/messages', 'plain');
book.add('/v1beta/models/{model}:generateContent', 'generate');
book.add('/v1beta/models/{model}:streamGenerateContent', 'stream');
book.add('/v1beta/models/{model}', 'show');
book.add('/openai/deployments/{model}/chat/completions', 'chat');

describe('routes with a name in them', () => {
  it('share a wildcard, and plain ones stand alone', () => {
    expect([...book.plain]).toEqual([['/v1/messages', 'plain']]);
    expect(book.prefixes).toEqual(['/v1beta/models/', '/openai/deployments/']);
    expect(book.routesAt('/v1beta/models/')).toHaveLength(3);
  });

  it.each([
    ['/v1beta/models/', 'gemini-3:generateContent', 'generate', 'gemini-3'],
    ['/v1beta/models/', 'org/model:tag:streamGenerateContent', 'stream', 'org/model:tag'],
    ['/v1beta/models/', 'org%2Fmodel%3Atag:generateContent', 'generate', 'org/model:tag'],
    ['/v1beta/models/', 'org/model', 'show', 'org/model'],
    ['/openai/deployments/', 'my-gpt/chat/completions', 'chat', 'my-gpt'],
  ])('%s%s', (prefix, rest, target, model) => {
    expect(book.match(prefix, rest)).toMatchObject({ target, model });
  });

  it.each([
    ['/openai/deployments/', 'my-gpt/other'],
    ['/openai/deployments/', '/chat/completions'],
    ['/v1beta/models/', ''],
    ['/v1beta/models/', '%E0%A4%A'],
    ['/nowhere/', 'x'],
  ])('%s%s is nobody’s', (prefix, rest) => {
    expect(book.match(prefix, rest)).toBeUndefined();
  });
});
