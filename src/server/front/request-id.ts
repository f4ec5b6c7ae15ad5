import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The client's own id if it is sane (contract 5), else a new UUID. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const own = headers['x-request-id'];
  return typeof own === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(own) ? own : randomUUID();
}
