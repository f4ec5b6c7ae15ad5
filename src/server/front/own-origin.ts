import type { IncomingMessage } from 'node:http';

import { firstOf, ownScheme } from '../own-scheme.ts';

/**
 * Where the client of a request found us, for links it is given: `https://gateway.example`. What it says itself goes
 * back to nobody but itself; what a proxy says of it counts if the proxy may be believed (`listen.trusted_proxies`).
 */
export function ownOrigin(request: IncomingMessage, isProxied: boolean): string {
  const { headers } = request;
  const told = isProxied ? firstOf(headers['x-forwarded-host']) : undefined;
  const host = told ?? headers.host ?? '';
  return `${ownScheme(request, isProxied)}://${isHost(host) ? host : 'localhost'}`;
}

function isHost(text: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text);
}
