import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { hostName } from './host-guard.ts';

/**
 * What tells a browser to be careful with an answer (row 001-72). Programs do not look at it, and it costs a streamed
 * answer two constant headers. `X-XSS-Protection` is not among it: the filter it switched is gone from browsers.
 */
const always: readonly string[] = ['x-content-type-options', 'nosniff', 'x-frame-options', 'DENY'];

/** A year. Not for names below ours: nobody said that they speak HTTPS. */
const encrypted: readonly string[] = [...always, 'strict-transport-security', 'max-age=31536000'];

/** Beside those, on what a browser may show as a page. */
const pages: readonly string[] = [
  'referrer-policy',
  'no-referrer',
  'permissions-policy',
  'camera=(), geolocation=(), microphone=()',
];

/** Names and values in turn, for an answer that is written without the framework. */
export function guardHeaders({ headers, socket }: IncomingMessage): readonly string[] {
  return socket instanceof TLSSocket && isPublicName(headers.host ?? '') ? encrypted : always;
}

/** The same on all that the framework sends; a page that has set one of them itself keeps its own. */
export function addGuardHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const all = [...guardHeaders(request.raw), ...pages];
    for (let at = 0; at + 1 < all.length; at += 2) {
      const name = all[at] as string;
      if (!reply.hasHeader(name)) reply.header(name, all[at + 1]);
    }
    done();
  });
}

/** "Only HTTPS from now on", said of `localhost`, would lock its user out of every other program there. */
function isPublicName(host: string): boolean {
  const name = hostName(host);
  return name !== 'localhost' && !name.endsWith('.localhost');
}
