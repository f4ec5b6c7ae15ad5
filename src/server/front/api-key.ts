import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../model/gateway-error.ts';
import { Secret } from '../../model/secret.ts';

/** Where SDKs put a key besides `Authorization`; any of them means the same on any path (contract 5). */
const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

/**
 * The one API key of a request; `keyInQuery` is what stood in the query of a path where that is the habit. The
 * same key in two places is fine (some clients do that); two different ones
 * are refused, so that no check can be made with one and the work be done with the other (faults.md P8).
 */
export function readApiKey(headers: IncomingHttpHeaders, keyInQuery?: string): Secret | undefined {
  let found = bearerKey(headers.authorization);
  if (keyInQuery !== undefined) {
    if (found !== undefined && found !== keyInQuery) throw twoKeys();
    found = keyInQuery;
  }
  for (const name of keyHeaders) {
    const value = headers[name];
    if (typeof value !== 'string' || value === '') continue;
    if (found !== undefined && found !== value) throw twoKeys();
    found = value;
  }
  return found === undefined ? undefined : new Secret(found);
}

function bearerKey(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8) return undefined;
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return authorization.slice(7).trim() || undefined;
}

function twoKeys(): GatewayError {
  return new GatewayError('invalid_key', 'This request carries two different API keys; send one.');
}
