import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Where the client of a request found us, for links it is given: `https://gateway.example`. What it says itself goes
 * back to nobody but itself; what a proxy says of it counts if the proxy may be believed (`listen.trusted_proxies`).
 */
export function ownOrigin({ headers, socket }: IncomingMessage, isProxied: boolean): string {
  const told = (name: string) => (isProxied ? firstOf(headers[name]) : undefined);
  const scheme = told('x-forwarded-proto') ?? (socket instanceof TLSSocket ? 'https' : 'http');
  const host = told('x-forwarded-host') ?? headers.host ?? '';
  return `${scheme === 'https' ? 'https' : 'http'}://${isHost(host) ? host : 'localhost'}`;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return (
    String(value ?? '')
      .split(',')[0]
      ?.trim() || undefined
  );
}

function isHost(text: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text);
}
