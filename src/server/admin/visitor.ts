import type { Server, Socket } from 'node:net';

import type { FastifyRequest } from 'fastify';

import { ownScheme } from '../own-scheme.ts';
import { isFromProxy, type Peer, plainAddress, resolvePeer, type TrustedProxies } from '../peer-address.ts';
import { cookieNameAt, cookiesNamed } from './login/sitting-cookie.ts';

/** Who sends an admin request, as far as its connection and its headers tell. */
export interface Visitor {
  readonly peer: Peer;
  /** For the log, and to tell one guesser from another: where nobody vouches for an address, who connected to us. */
  readonly address: string;
  /** It came over TLS, to us or to a proxy that may be believed. */
  readonly isSecure: boolean;
  readonly cookieName: string;
  /** All it sends under that name. */
  readonly cookies: readonly string[];
}

export interface AdmittedVisitor extends Visitor {
  readonly means: 'control socket' | 'token' | 'session' | 'address';
}

export function visitorOf({ raw, headers }: FastifyRequest, proxies: TrustedProxies): Visitor {
  const arrival = {
    isUnixSocket: isUnixSocket(raw.socket),
    socketAddress: raw.socket.remoteAddress,
    forwardedFor: onlyText(headers['x-forwarded-for']),
    hasOtherForwarding: headers['forwarded'] !== undefined || headers['x-real-ip'] !== undefined,
  };
  const peer = resolvePeer(arrival, proxies);
  const cookieName = cookieNameAt(headers.host);
  return {
    peer,
    address: peer.kind === 'address' ? peer.address : (plainAddress(arrival.socketAddress) ?? 'unix'),
    isSecure: ownScheme(raw, isFromProxy(arrival, proxies)) === 'https',
    cookieName,
    cookies: cookiesNamed(cookieName, headers.cookie),
  };
}

/** Told by the listener, not by the missing address. (Undocumented, but as old as node:net: `socket.server`.) */
function isUnixSocket(socket: Socket & { readonly server?: Pick<Server, 'address'> | undefined }): boolean {
  return socket.remoteAddress === undefined && typeof socket.server?.address?.() === 'string';
}

export function onlyText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
