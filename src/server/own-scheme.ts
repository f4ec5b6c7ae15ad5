import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** How the client of a request reached us. What a proxy says of it counts if the proxy may be believed. */
export function ownScheme({ headers, socket }: IncomingMessage, isProxied: boolean): 'http' | 'https' {
  const told = isProxied ? firstOf(headers['x-forwarded-proto']) : undefined;
  return (told ?? (socket instanceof TLSSocket ? 'https' : 'http')) === 'https' ? 'https' : 'http';
}

/** Of a header that every proxy on the way has added to, what the first one saw. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  return (
    String(value ?? '')
      .split(',')[0]
      ?.trim() || undefined
  );
}
