import type { IncomingHttpHeaders } from 'node:http';
import { isIP, type Socket } from 'node:net';
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
 * points here (DNS rebinding, faults.md W3)? On loopback the `Host` must be a loopback name or an address.
 */
function isStrangersPage(headers: IncomingHttpHeaders, socket: Socket): boolean {
  if (socket.remoteAddress === undefined || headers.host === undefined) return false;
  const name = headers.host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) === 0 && name !== 'localhost' && !name.endsWith('.localhost');
}
