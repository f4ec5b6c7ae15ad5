import { isJsonObject } from '../../model/json.ts';
import { get, insist, long, nothing, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional, others, withVersion } from '../provider.ts';

/**
 * `/readyz` needs no key and wakes nothing.
 *
 * Memory (localai.io/features/backend-monitor; `/system` in core/http/endpoints/localai of mudler/LocalAI): what is
 * loaded, and whether it is at work, is told by name; `/backend/load` answers when the model is there. All of it is for
 * administrators: where LocalAI has users, the key must be one of theirs.
 */
export default defineProvider({
  name: 'localai',
  aliases: ['local-ai'],
  title: 'LocalAI',
  baseUrl: 'http://127.0.0.1:8080/v1',
  basePath: withVersion('/v1'),
  localPort: 8080,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    openAi.images,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    others.speech,
    others.transcriptions,
    others.rerank,
    optional(others.imageEdits),
  ],
  probe: { path: '/readyz', from: 'host' },
  quirks: { vendorSampling: true },
  driver: {
    *memory() {
      const answer = yield* insist(get('/system'));
      return { loaded: texts(rows(answer, 'loaded_models'), 'id'), loading: nothing };
    },
    *load({ model }) {
      yield* insist(long(post('/backend/load', { model })));
    },
    *unload({ model }) {
      yield* insist(long(post('/backend/shutdown', { model })));
    },
    *busy(model) {
      const { json } = yield get(`/backend/monitor?model=${encodeURIComponent(model)}`);
      const state = isJsonObject(json) ? json['state'] : undefined;
      return typeof state === 'number' ? state === BUSY : undefined;
    },
  },
});

/** 0: nothing yet, 1: at work, 2: ready, -1: broken. */
const BUSY = 1;
