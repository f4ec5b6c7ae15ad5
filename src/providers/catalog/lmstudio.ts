import { arrayMember, isJsonObject, type JsonObject } from '../../model/json.ts';
import { get, insist, long, nothing, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional, withVersion } from '../provider.ts';

/**
 * It documents no health route; its list of models answers without loading any, and names unloaded ones too.
 *
 * Memory (lmstudio.ai/docs/developer/rest, list, load, unload): `/api/v1/models` gives each model its loaded instances;
 * loading once more would make a second one. Versions before 0.4 have `/api/v0/models` with a `state`, and can
 * neither load nor unload on demand. Nothing tells whether an instance is at work.
 */
export default defineProvider({
  name: 'lmstudio',
  aliases: ['lm-studio', 'lm_studio'],
  title: 'LM Studio',
  baseUrl: 'http://127.0.0.1:1234/v1',
  basePath: withVersion('/v1'),
  localPort: 1234,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
  ],
  probe: { path: '/models', from: 'base' },
  quirks: { vendorSampling: true, logitBias: false },
  driver: {
    loadOptions: 'while-loading',
    *memory() {
      const list = yield get('/api/v1/models');
      if (list.status === 200) {
        const loaded = rows(list, 'models').filter((model) => instancesOf(model).length > 0);
        const sameAs = new Map(loaded.flatMap(furtherNames));
        return { loaded: texts(loaded, 'key'), loading: nothing, sameAs };
      }
      const older = rows(yield* insist(get('/api/v0/models')), 'data');
      const isIn = (state: string) =>
        texts(
          older.filter((model) => model['state'] === state),
          'id',
        );
      return { loaded: isIn('loaded'), loading: isIn('loading'), isFixed: true };
    },
    *load({ model, options }) {
      yield* insist(long(post('/api/v1/models/load', { ...options, model })));
    },
    *unload({ model }) {
      const list = rows(yield* insist(get('/api/v1/models')), 'models');
      const ofModel = list.filter((one) => namesOf(one).includes(model)).flatMap(instancesOf);
      for (const instance of ofModel.length > 0 ? ofModel : [model])
        yield* insist(long(post('/api/v1/models/unload', { instance_id: instance })));
    },
  },
});

/** All it can be asked for by. */
function namesOf(model: JsonObject): string[] {
  return [...texts([model], 'key'), ...texts([model], 'selected_variant'), ...instancesOf(model)];
}

function furtherNames(model: JsonObject): [string, string][] {
  const [key, ...others] = namesOf(model);
  return key === undefined ? [] : others.filter((name) => name !== key).map((name) => [name, key]);
}

/** The ids of its loaded instances; the first usually has the name of the model. */
function instancesOf(model: JsonObject): string[] {
  return texts((arrayMember(model, 'loaded_instances') ?? []).filter(isJsonObject), 'id');
}
