import type { IncomingHttpHeaders } from 'node:http';
import { isIP, type Socket } from 'node:net';

/**
 * Could a web page have sent this through a browser on this machine, by the name of somebody else's host that
 * points here (DNS rebinding, faults.md W3)? On loopback the `Host` must be a loopback name or an address.
 */
export function isStrangersPage(headers: IncomingHttpHeaders, socket: Socket): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  if (socket.remoteAddress === undefined || headers.host === undefined) return false;
  const name = headers.host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) === 0 && name !== 'localhost' && !name.endsWith('.localhost');
}
