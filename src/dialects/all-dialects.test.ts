import { expect, it } from 'vitest';
import { allDialects, dialectByName, dialectByRoute } from './all-dialects.ts';

it('every dialect is found by its name and by each of its routes', () => {
  for (const dialect of allDialects) {
    expect(dialectByName(dialect.name)).toBe(dialect);
    for (const route of dialect.routes) expect(dialectByRoute(route)).toBe(dialect);
  }
});

it('the paths clients know lead to their dialects, with and without /v1', () => {
  const wanted = {
    '/chat/completions': 'openai-chat',
    '/completions': 'openai-completions',
    '/embeddings': 'openai-embeddings',
    '/images/generations': 'openai-images',
    '/responses': 'openai-responses',
  };
  for (const [path, name] of Object.entries(wanted)) {
    expect(dialectByRoute(path)?.name).toBe(name);
    expect(dialectByRoute(`/v1${path}`)?.name).toBe(name);
  }
});

it('what is not there is not found', () => {
  expect(dialectByName('openai')).toBeUndefined();
  expect(dialectByRoute('/v1/chat')).toBeUndefined();
});
