import { get, inPath, insist, long, mustSucceed, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional, others, withVersion } from '../provider.ts';

/**
 * Starts a server per model and swaps them itself; what it passes on is up to those servers. Every server on its port
 * may answer `/health`, only it has `/running`.
 *
 * Memory (README.md and internal/server/api.go of mostlygeek/llama-swap): `/running` lists the servers that are not
 * stopped, with a state; anything asked through `/upstream/<model>/` starts one. It unloads after the requests it
 * counts itself, and does not tell how many.
 */
export default defineProvider({
  name: 'llama-swap',
  aliases: ['llamaswap', 'llama_swap'],
  title: 'Llama-Swap',
  baseUrl: 'http://127.0.0.1:8080/v1',
  basePath: withVersion('/v1'),
  localPort: 8080,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.images),
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    optional({ dialect: 'anthropic-count-tokens', path: '/messages/count_tokens' }),
    optional(others.imageEdits),
    optional(others.speech),
    optional(others.transcriptions),
    optional(others.rerank),
  ],
  probe: { path: '/running', from: 'host' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning_content' },
  driver: {
    *memory() {
      const running = rows(yield* insist(get('/running')), 'running');
      const isIn = (...states: readonly string[]) =>
        texts(
          running.filter(({ state }) => states.includes(String(state))),
          'model',
        );
      // What is stopping has its memory still.
      return { loaded: isIn('ready', 'stopping'), loading: isIn('starting') };
    },
    *load({ model }) {
      const answer = yield long(get(`/upstream/${inPath(model)}/health`));
      // Its own server may have no such page; whether it runs is looked up.
      if (answer.status >= 500) mustSucceed(answer);
    },
    *unload({ model }) {
      yield* insist(long(post(`/api/models/unload/${inPath(model)}`)));
    },
  },
});
