import { get, insist, long, mustSucceed, nothing, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional } from '../provider.ts';

/**
 * In its own protocol, so that load options and `keep_alive` reach it and load times come back (row 000-57). Its
 * OpenAI-like chat knows neither; its newer `/v1/messages` and `/v1/responses` are used as they are by clients
 * that speak them. It has no `/health`; asking for its version wakes no model.
 *
 * Memory (docs/api.md and docs/faq.md of ollama/ollama): `/api/ps` lists what is loaded; a request without a prompt
 * loads, with `keep_alive` 0 unloads once nobody uses the model, and nothing tells whether anybody does. What only
 * embeds is refused by `/api/generate`, but loaded by `/api/embed` with nothing to embed.
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
  driver: {
    nameOf: (model) => (/:[^/]*$/.test(model) ? model : `${model}:latest`),
    loadsAgain: true,
    loadOptions: 'every-request',
    *memory() {
      const answer = yield* insist(get('/api/ps'));
      return { loaded: texts(rows(answer, 'models'), 'model'), loading: nothing };
    },
    *load({ model, options: { keep_alive = -1, ...options } }) {
      // Kept for good: who leaves the card is decided here, and would not be if it let go by itself.
      const wish = { model, options, keep_alive };
      const answer = yield long(post('/api/generate', { ...wish, stream: false }));
      if (answer.status === 400) yield* insist(long(post('/api/embed', { ...wish, input: [] })));
      else mustSucceed(answer);
    },
    *unload({ model }) {
      yield* insist(post('/api/generate', { model, keep_alive: 0, stream: false }));
    },
  },
});
