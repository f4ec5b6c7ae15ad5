import { defineProvider, openAi, optional } from '../provider.ts';

/**
 * In its own protocol, so that load options and `keep_alive` reach it and load times come back (row 000-57). Its
 * OpenAI-like chat knows neither; its newer `/v1/messages` and `/v1/responses` are used as they are by clients
 * that speak them. It has no `/health`; asking for its version wakes no model.
 */
export default defineProvider({
  name: 'ollama',
  title: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434',
  // Most people write the address of its OpenAI-like surface.
  basePath: (configured) => configured.replace(/\/(v1|api)$/, ''),
  localPort: 11434,
  surfaces: [
    { dialect: 'ollama-chat', path: '/api/chat' },
    { dialect: 'ollama-generate', path: '/api/generate' },
    { dialect: 'ollama-embed', path: ({ route }) => (route === '/api/embeddings' ? route : '/api/embed') },
    optional({ dialect: 'anthropic-messages', path: '/v1/messages' }),
    optional({ ...openAi.responses, path: '/v1/responses' }),
  ],
  modelsPath: '/api/tags',
  probe: { path: '/api/version', from: 'host' },
  quirks: { printsToolCalls: true },
});
