import type { CacheMark } from '../../model/call.ts';
import { type JsonObject, objectMember, stringMember } from '../../model/json.ts';

/**
 * A cache mark in OpenAI's form (`prompt_cache_breakpoint`) or, as clients of OpenRouter and LiteLLM write it
 * here too, in Anthropic's (`cache_control`); protocols 10.11.
 */
export function readCacheMark(marked: JsonObject): CacheMark | undefined {
  const mark = objectMember(marked, 'cache_control') ?? objectMember(marked, 'prompt_cache_breakpoint');
  if (mark === undefined) return undefined;
  const ttl = ttls.get(stringMember(mark, 'ttl') ?? '');
  return ttl === undefined ? {} : { ttl };
}

/** The next shorter of the two there are elsewhere would not do what was asked, so the nearest is taken. */
const ttls: ReadonlyMap<string, NonNullable<CacheMark['ttl']>> = new Map([
  ['5m', '5m'],
  ['30m', '5m'],
  ['1h', '1h'],
  ['12h', '1h'],
] as const);
