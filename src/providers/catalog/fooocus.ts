import { isJsonObject } from '../../model/json.ts';
import { get, insist, long } from '../driver.ts';
import { answer } from '../fooocus-family/answer.ts';
import { defineProvider } from '../provider.ts';

/**
 * Fooocus behind Fooocus-API (mrhan1993/Fooocus-API 0.5, routes/generate_v1.py, routes/query.py, utils/api_utils.py). A
 * picture takes longer than proxies wait, so it is begun, looked at until it is there, and called off when nobody
 * wants it. What is wrong is told late or not at all there, and so is checked here: names it does not know become its
 * defaults in silence, a full queue is a 200, and `stop` breaks off whatever is running, whoever asked for it.
 *
 * It does one job at a time, and one that waits in it cannot be taken back: so it is given one of ours, and the others
 * wait here.
 *
 * Memory: `clean_vram` throws everything out, and nothing tells whether anything was there. It would pull the model
 * from under a picture in the making, so the queue is asked first.
 */
export default defineProvider({
  name: 'fooocus',
  aliases: ['fooocus-api'],
  title: 'Fooocus',
  baseUrl: 'http://127.0.0.1:8888',
  basePath: (configured) => configured.replace(/\/v[12]$/, ''),
  keyHeaders: (key) => ({ 'x-api-key': key }),
  surfaces: [],
  modelsPath: '/v1/engines/all-models',
  probe: { path: '/ping', from: 'host' },
  atOnceMax: 1,
  jobs: { kinds: ['images', 'image-change'], operations: ['images'], takesPresets: true, answer },
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
