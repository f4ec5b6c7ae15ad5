import { arrayMember, isJsonObject } from '../../model/json.ts';
import { get, insist, nothing, post, rows } from '../driver.ts';
import { defineProvider } from '../provider.ts';

/**
 * It is asked for nothing yet: in a group it only gives its memory back before somebody else's model is loaded.
 *
 * Memory (server.py of comfyanonymous/ComfyUI): `/free` leaves a note that is read when the queue is next looked at, so
 * its 200 means little; `/system_stats` tells what torch has of the card, and how much of that is unused.
 */
export default defineProvider({
  name: 'comfyui',
  title: 'ComfyUI',
  baseUrl: 'http://127.0.0.1:8188',
  surfaces: [],
  modelsPath: undefined,
  probe: { path: '/system_stats', from: 'host' },
  driver: {
    *memory() {
      const devices = rows(yield* insist(get('/system_stats')), 'devices');
      const isUsed = devices.some(
        (device) => Number(device['torch_vram_total']) - Number(device['torch_vram_free']) > LEFTOVER_BYTES,
      );
      return { loaded: isUsed ? 'all' : nothing, loading: nothing };
    },
    *unload() {
      yield* insist(post('/free', { unload_models: true, free_memory: true }));
    },
    *busy() {
      const { json } = yield get('/queue');
      if (!isJsonObject(json)) return undefined;
      const waiting = ['queue_running', 'queue_pending'].map((name) => arrayMember(json, name)?.length ?? 0);
      return waiting.some((count) => count > 0);
    },
  },
});

/** What torch keeps when every model is gone; no model is that small. */
const LEFTOVER_BYTES = 256 * 1024 * 1024;
