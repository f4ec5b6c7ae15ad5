import { hash } from 'node:crypto';
import type { AppConfig } from '../config/config.ts';
import { isRepeatable } from '../decisions/cache/is-worth-keeping.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import type { JsonValue } from '../model/json.ts';
import { Warnings } from '../model/warnings.ts';
import type { Exchange } from './exchange.ts';
import type { ReadQuestion } from './read-question.ts';
import { prompted } from './translate-question.ts';

/**
 * The question itself, whatever dialect it is asked in and whether as a stream or not: two that have the same key would be
 * answered alike. Undefined: it is none whose answer may be given again. Members that have no place in a call are
 * part of it, so what nobody knows yet is not lost here either.
 */
export function cacheKey(
  exchange: Exchange,
  { body }: ReadQuestion,
  model: string,
  app: AppConfig,
): string | undefined {
  const { dialect, address } = exchange;
  if (dialect.splitBody?.(body) !== undefined) return undefined;
  try {
    const read = dialect.readCall(body, { address, warnings: new Warnings(true) });
    if (!isRepeatable(read)) return undefined;
    const call = read.kind === 'generation' ? prompted(read, app) : read;
    // An app that has the name of one that was deleted is not given what that one asked for.
    const scope = app.cache.share === 'all' ? '' : [app.appId, app.madeAtMs];
    // Who may have longer answers is given others.
    const longest = read.kind === 'generation' ? app.quota?.maxOutputTokens : undefined;
    // Absent and undefined members are the same; JSON sees to that.
    const plain = JSON.parse(JSON.stringify({ ...call, model, scope, longest })) as JsonValue;
    return hash('sha256', canonicalJson(plain), 'base64url');
  } catch {
    // What is wrong with it is said when it is asked.
    return undefined;
  }
}

/** Does the client itself want a fresh answer (RFC 9111, 5.2.1)? */
export function wantsFresh(exchange: Exchange): boolean {
  return /\bno-(?:cache|store)\b/i.test(exchange.header('cache-control') ?? '');
}
