import type { JsonObject } from '../model/json.ts';
import type { Exchange } from './exchange.ts';

const commonHeaders = ['x-session-affinity', 'x-session-id'];

/** What clients call their sessions is theirs; a longer name is no name. */
const LENGTH_MAX = 256;

/**
 * The session a call belongs to, by a header or by `prompt_cache_key` of the body (contract 5): its calls are best
 * served by one backend, which remembers the talk. Undefined: it names none.
 */
export function sessionOf(exchange: Exchange, body: JsonObject): string | undefined {
  for (const header of [...(exchange.dialect.sessionHeaders ?? []), ...commonHeaders]) {
    const named = exchange.header(header);
    if (isName(named)) return named;
  }
  const key = body['prompt_cache_key'];
  return isName(key) ? key : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LENGTH_MAX;
}
