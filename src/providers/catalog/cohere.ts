import { defineProvider } from '../provider.ts';

/** Cohere's second API; the list of models still belongs to the first. */
export default defineProvider({
  name: 'cohere',
  title: 'Cohere',
  baseUrl: 'https://api.cohere.com',
  basePath: (configured) => configured.replace(/\/v[12]$/, ''),
  needsKey: true,
  surfaces: [
    { dialect: 'cohere-chat', path: '/v2/chat' },
    { dialect: 'cohere-embed', path: '/v2/embed' },
    { dialect: 'cohere-rerank', path: '/v2/rerank' },
  ],
  modelsPath: '/v1/models?page_size=1000',
  probe: { path: '/v1/models', from: 'base' },
});
