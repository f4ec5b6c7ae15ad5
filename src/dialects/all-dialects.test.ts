import { expect, it } from 'vitest';
import { allDialects, dialectByName } from './all-dialects.ts';

it('every dialect is found by its name', () => {
  for (const dialect of allDialects) expect(dialectByName(dialect.name)).toBe(dialect);
  expect(dialectByName('openai')).toBeUndefined();
});

it('no route leads to two dialects', () => {
  const routes = allDialects.flatMap((dialect) => dialect.routes);
  expect(new Set(routes).size).toBe(routes.length);
});

it('the paths clients know lead to their dialects, with and without /v1', () => {
  const wanted = {
    '/chat/completions': 'openai-chat',
    '/completions': 'openai-completions',
    '/embeddings': 'openai-embeddings',
    '/images/generations': 'openai-images',
    '/responses': 'openai-responses',
    '/images/edits': 'openai-image-edits',
    '/images/variations': 'openai-image-variations',
    '/audio/speech': 'openai-speech',
    '/audio/transcriptions': 'openai-transcriptions',
    '/audio/translations': 'openai-translations',
    '/moderations': 'openai-moderations',
    '/rerank': 'jina-rerank',
  };
  for (const [path, name] of Object.entries(wanted))
    expect(dialectByName(name)?.routes).toEqual(expect.arrayContaining([path, `/v1${path}`]));
});
