/** Where each kind of backend lives unless told otherwise, and the names predecessors gave it. */
import { beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type Catalog, loadCatalog } from '../../src/providers/load-catalog.ts';

let catalog: Catalog;

beforeAll(async () => {
  catalog = await loadCatalog();
});

it.each([
  ['openai', 'https://api.openai.com/v1'],
  ['mistral', 'https://api.mistral.ai/v1'],
  ['xai', 'https://api.x.ai/v1'],
  ['grok', 'https://api.x.ai/v1'],
  ['google', 'https://generativelanguage.googleapis.com/v1beta'],
  ['anthropic', 'https://api.anthropic.com/v1'],
  ['cohere', 'https://api.cohere.com'],
  ['perplexity', 'https://api.perplexity.ai'],
  ['groq', 'https://api.groq.com/openai/v1'],
  ['deepseek', 'https://api.deepseek.com'],
  ['openrouter', 'https://openrouter.ai/api/v1'],
  ['together', 'https://api.together.xyz/v1'],
  ['fireworks', 'https://api.fireworks.ai/inference/v1'],
  ['ollama', 'http://127.0.0.1:11434'],
  ['lmstudio', 'http://127.0.0.1:1234/v1'],
  ['vllm', 'http://127.0.0.1:8000/v1'],
  ['remote', 'http://127.0.0.1:8000/v1'],
  ['llamacpp', 'http://127.0.0.1:8080/v1'],
  ['tgi', 'http://127.0.0.1:3000/v1'],
  ['sglang', 'http://127.0.0.1:30000/v1'],
  ['localai', 'http://127.0.0.1:8080/v1'],
  ['llama-swap', 'http://127.0.0.1:8080/v1'],
  ['comfyui', 'http://127.0.0.1:8188'],
  ['fooocus', 'http://127.0.0.1:8888'],
])('%s is at %s', (type, baseUrl) => {
  expect(catalog.byType(type)?.baseUrl).toBe(baseUrl);
});

it('a key goes as a bearer to clouds, and runtimes of one’s own need none', () => {
  for (const type of ['openai', 'mistral', 'xai']) {
    expect(catalog.byType(type)?.needsKey).toBe(true);
    expect(catalog.byType(type)?.keyHeaders('sk-x')).toMatchObject({ authorization: 'Bearer sk-x' });
  }
  for (const type of ['ollama', 'lmstudio', 'vllm']) expect(catalog.byType(type)?.needsKey).toBe(false);
});

it.each(['vllm', 'ollama', 'llamacpp', 'tgi', 'sglang', 'localai', 'lmstudio', 'openai'])(
  'BACKEND_KIND=%s starts with that backend alone, at its own address or another',
  (kind) => {
    const env = { BACKEND_KIND: kind, BACKEND_API_KEY: 'sk-of-a-backend', API_KEYS: 'sk-of-an-app-1234' };
    const load = (more: object = {}) =>
      loadConfig({ configPath: undefined, env: { ...env, ...more }, knownTypes: catalog.all }).config.backends
        .list;
    expect(load()).toMatchObject([{ type: kind, name: kind, baseUrl: undefined }]);
    expect(load({ BACKEND_BASE_URL: 'http://127.0.0.1:9/v1' })).toMatchObject([
      { type: kind, baseUrl: 'http://127.0.0.1:9/v1' },
    ]);
  },
);
