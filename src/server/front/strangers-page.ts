import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { isHostAllowed } from '../host-guard.ts';
import type { CrossOrigin } from './cors.ts';

/**
 * Could a page of somebody else's have made this request? A browser says so by itself; a page whose origin is
 * in `cors.origins` is nobody else's, wherever the browser finds it.
 */
export function isCrossSite(headers: IncomingHttpHeaders, socket: Socket, origin: CrossOrigin): boolean {
  if (origin.isStranger || isStrangersPage(headers, socket)) return true;
  return headers['sec-fetch-site'] === 'cross-site' && !origin.isKnown;
}

/**
 * Could a web page have sent this through a browser on this machine, by the name of somebody else's host that
 * points here (DNS rebinding, faults.md W3)?
 */
function isStrangersPage(headers: IncomingHttpHeaders, socket: Socket): boolean {
  return socket.remoteAddress !== undefined && !isHostAllowed(headers.host, [socket.localAddress ?? '']);
}
