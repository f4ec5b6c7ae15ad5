import { get, nothing } from '../driver.ts';
import { defineProvider, openAi, withVersion } from '../provider.ts';

/**
 * Text Generation Inference (huggingface.co/docs/text-generation-inference, "HTTP API Reference"). It embeds nothing,
 * and says 429 beyond `max_concurrent_requests`. It holds its one model for life; `/health` says 503 while it has none.
 */
export default defineProvider({
  name: 'tgi',
  aliases: ['text-generation-inference'],
  title: 'Text Generation Inference',
  baseUrl: 'http://127.0.0.1:3000/v1',
  basePath: withVersion('/v1'),
  localPort: 3000,
  surfaces: [openAi.chat, openAi.completions],
  probe: { path: '/health', from: 'host' },
  quirks: { choices: false, parallelToolCalls: false },
  driver: {
    *memory() {
      const { status } = yield get('/health');
      const isThere = status === 200;
      return { loaded: isThere ? 'all' : nothing, loading: isThere ? nothing : 'all', isFixed: true };
    },
  },
});
