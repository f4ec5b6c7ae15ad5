import { isIP } from 'node:net';

import { isLoopback } from './peer-address.ts';

/**
 * Against DNS rebinding and cross-site posting (faults W2, W3): a page in the operator's browser can be made to
 * talk to loopback, but it cannot choose the `Host` and `Origin` its browser sends. Pure.
 */

/**
 * May a request with this `Host` header be served for its address alone? Loopback names and addresses may, and
 * what we are bound to. A wildcard binding has no name of its own: any literal address may then (an attacker needs
 * a *name* he can point at us), and the names given.
 */
export function isHostAllowed(host: string | undefined, boundHosts: readonly string[]): boolean {
  if (host === undefined) return true; // HTTP/1.0; no browser sends that
  const name = hostName(host);
  if (name === 'localhost' || name.endsWith('.localhost') || isLoopback(name)) return true;
  if (boundHosts.some((bound) => hostName(bound) === name)) return true;
  return isIP(name) !== 0 && boundHosts.some((bound) => isWildcard(hostName(bound)));
}

/** Would this be a change asked for by another site's page? Tools that are no browsers send neither header. */
export function isCrossSite(headers: {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}): boolean {
  if (headers.fetchSite === 'cross-site') return true;
  if (headers.origin === undefined) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host?.toLowerCase();
}

/** The host without its port: `[::1]:8081` → `::1`, `localhost:8081` → `localhost`, `::` stays. */
export function hostName(hostAndPort: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(hostAndPort)?.[1];
  if (bracketed !== undefined) return bracketed.toLowerCase();
  if (isIP(hostAndPort) === 6) return hostAndPort.toLowerCase();
  return hostAndPort.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

function isWildcard(name: string): boolean {
  return name === '0.0.0.0' || name === '::' || name === '*';
}
