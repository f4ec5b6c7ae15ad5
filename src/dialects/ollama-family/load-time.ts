import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';

const NS_PER_MS = 1e6;
/** A model that is in memory already reports some milliseconds, too. */
const LOAD_MS_MIN = 100;

/** Did the backend have to load the model first? Then it says in `load_duration` how long that took. */
export function loadTimeOf(answer: JsonObject): number | undefined {
  const ns = answer['load_duration'];
  const loadMs = typeof ns === 'number' ? ns / NS_PER_MS : 0;
  return loadMs > LOAD_MS_MIN && Number.isFinite(loadMs) ? loadMs : undefined;
}

export function readLoadTime(answer: JsonObject): CallEvent[] {
  const loadMs = loadTimeOf(answer);
  return loadMs === undefined ? [] : [{ type: 'model-loaded', loadMs }];
}
