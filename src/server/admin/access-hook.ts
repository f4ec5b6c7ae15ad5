import type { Server, Socket } from 'node:net';
import { hostname } from 'node:os';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Config } from '../../config/config.ts';
import { readNetworks, readTrustedProxies, resolvePeer, type TrustedProxies } from '../peer-address.ts';
import {
  type AccessRules,
  type AdminListener,
  type AdminRole,
  judgeAccess,
  type Refusal,
} from './admin-access.ts';
import type { AdminHouse } from './admin-house.ts';

/** Asks `judgeAccess` before any admin route is run, and answers refusals in the admin's own envelope. */

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every admin route declares what it is for; see `judgeAccess`. */
    adminRole?: AdminRole;
  }
}

export function guardAdminRoutes(server: FastifyInstance, house: AdminHouse, listener: AdminListener): void {
  const rulesInForce = rememberedPerConfig(listener);
  server.addHook('onRequest', async (request, reply) => {
    const rules = rulesInForce(house.config());
    const refusal = judgeAccess(knockOf(request, rules.proxies), listener, rules);
    if (refusal !== undefined) return refuse(reply, refusal);
  });
}

interface RulesInForce extends AccessRules {
  readonly proxies: TrustedProxies;
}

/** Address lists are built once per configuration, not once per request. */
function rememberedPerConfig(listener: AdminListener): (config: Config) => RulesInForce {
  const remembered = new WeakMap<Config, RulesInForce>();
  return (config) => {
    const known = remembered.get(config) ?? rulesOf(config, listener);
    remembered.set(config, known);
    return known;
  };
}

function rulesOf({ daemon }: Config, listener: AdminListener): RulesInForce {
  return {
    tokenHash: daemon.admin.tokenHash,
    statsNetworks: readNetworks(daemon.admin.statsNetworks),
    metricsUsername: daemon.metrics.username,
    metricsPassword: daemon.metrics.password,
    boundHosts: boundHostsOf(listener),
    proxies: readTrustedProxies(daemon.listen.trustedProxies),
  };
}

/** A listener on every address has no name of its own; the machine's name is then as good as any. */
function boundHostsOf(listener: AdminListener): readonly string[] {
  return listener.kind === 'control' ? [] : [...listener.boundHosts, hostname()];
}

function knockOf(request: FastifyRequest, proxies: TrustedProxies) {
  const { headers } = request;
  const arrival = {
    isUnixSocket: isUnixSocket(request.raw.socket),
    socketAddress: request.raw.socket.remoteAddress,
    forwardedFor: onlyText(headers['x-forwarded-for']),
    hasOtherForwarding: headers['forwarded'] !== undefined || headers['x-real-ip'] !== undefined,
  };
  return {
    // Whoever may read statistics may also learn that a path does not exist.
    role: request.is404 ? ('stats' as const) : request.routeOptions.config.adminRole,
    method: request.method,
    peer: resolvePeer(arrival, proxies),
    host: headers.host,
    origin: headers.origin,
    fetchSite: onlyText(headers['sec-fetch-site']),
    authorization: headers.authorization,
  };
}

/** Told by the listener, not by the missing address. (Undocumented, but as old as node:net: `socket.server`.) */
function isUnixSocket(socket: Socket & { readonly server?: Pick<Server, 'address'> | undefined }): boolean {
  return socket.remoteAddress === undefined && typeof socket.server?.address?.() === 'string';
}

function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.challenge !== undefined) reply.header('www-authenticate', refusal.challenge);
  return reply.code(refusal.status).send({ error: { code: refusal.code, message: refusal.message } });
}

function onlyText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
