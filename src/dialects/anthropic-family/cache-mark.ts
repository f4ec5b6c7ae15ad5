import type { CacheMark } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { WireCacheControl } from './wire.ts';

/** `cache_control` of a block, a tool or the whole request. A lifetime nobody knows is the usual one. */
export function readCacheMark(value: JsonValue | undefined): CacheMark | undefined {
  if (!isJsonObject(value)) return undefined;
  const ttl = value['ttl'];
  return ttl === '5m' || ttl === '1h' ? { ttl } : {};
}

/** `{cache}` of a wire block, to be spread into a part. */
export function cacheOf(block: JsonObject): { readonly cache?: CacheMark } {
  const cache = readCacheMark(block['cache_control']);
  return cache === undefined ? {} : { cache };
}

interface Markable {
  cache_control?: WireCacheControl;
}

/** As many places as Anthropic remembers in one request (protocols 10.11). */
const MARKS_MAX = 4;

/** Puts the client's marks on what is written, in the order of the prompt: tools, system, turns. */
export class CacheMarks {
  readonly #marked: Markable[] = [];

  put(mark: CacheMark | undefined, on: Markable): void {
    if (mark === undefined) return;
    on.cache_control = mark.ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: mark.ttl };
    this.#marked.push(on);
  }

  /** The last marks count: they cover what comes before them. */
  limit(warnings: Warnings): void {
    const tooMany = this.#marked.length - MARKS_MAX;
    if (tooMany <= 0) return;
    for (const marked of this.#marked.slice(0, tooMany)) delete marked.cache_control;
    warnings.changed('cache_control', 'only_the_last_4_kept');
  }
}
