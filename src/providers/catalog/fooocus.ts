import { isJsonObject } from '../../model/json.ts';
import { get, insist, long } from '../driver.ts';
import { defineProvider } from '../provider.ts';

/**
 * Fooocus behind Fooocus-API. It is asked for nothing yet: in a group it only gives its memory back before somebody
 * else's model is loaded.
 *
 * Memory (fooocusapi/routes/query.py of mrhan1993/Fooocus-API): `clean_vram` throws everything out, and nothing tells
 * whether anything was there. It would pull the model from under a picture in the making, so the queue is asked first.
 */
export default defineProvider({
  name: 'fooocus',
  aliases: ['fooocus-api'],
  title: 'Fooocus',
  baseUrl: 'http://127.0.0.1:8888',
  keyHeaders: (key) => ({ 'x-api-key': key }),
  surfaces: [],
  modelsPath: undefined,
  probe: { path: '/ping', from: 'host' },
  driver: {
    *unload() {
      yield* insist(long(get('/v1/engines/clean_vram')));
    },
    *busy() {
      const { json } = yield get('/v1/generation/job-queue');
      const waiting = isJsonObject(json) ? json['running_size'] : undefined;
      return typeof waiting === 'number' ? waiting > 0 : undefined;
    },
  },
});
