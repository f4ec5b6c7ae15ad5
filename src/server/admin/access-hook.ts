import { hostname } from 'node:os';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Config } from '../../config/config.ts';
import { readNetworks, readTrustedProxies, type TrustedProxies } from '../peer-address.ts';
import {
  type AccessRules,
  type AdminListener,
  type AdminRole,
  hasAdminToken,
  isChange,
  judgeAccess,
  type Knock,
  type Refusal,
} from './admin-access.ts';
import type { AdminHouse } from './admin-house.ts';
import type { Sitting } from './login/sittings.ts';
import { type AdmittedVisitor, onlyText, type Visitor, visitorOf } from './visitor.ts';

/** Asks `judgeAccess` before any admin route is run, and answers refusals in the admin's own envelope. */

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every admin route declares what it is for; see `judgeAccess`. */
    adminRole?: AdminRole;
  }
  interface FastifyRequest {
    /** Of an admin request that was let in. */
    visitor: AdmittedVisitor | null;
  }
}

export function guardAdminRoutes(server: FastifyInstance, house: AdminHouse, listener: AdminListener): void {
  const rulesInForce = rememberedPerConfig(listener);
  server.decorateRequest('visitor', null);
  server.addHook('onRequest', async (request, reply) => {
    const rules = rulesInForce(house.config());
    const visitor = visitorOf(request, rules.proxies);
    const sitting = house.logins.find(visitor.cookies);
    // What is shown to an operator is in no cache, from which the next user of the browser could take it.
    if (visitor.cookies.length > 0) reply.header('cache-control', 'no-store');
    const refusal = judgeAccess(knockOf(request, visitor, sitting), listener, rules);
    if (refusal !== undefined) return refuse(reply, refusal);
    request.visitor = { ...visitor, means: meansOf(request, listener, sitting, rules) };
  });
  server.addHook('onResponse', async (request, reply) => noteChange(request, reply, house));
}

/** What let it in, for the log: the strongest of what it brought. */
function meansOf(
  { headers }: FastifyRequest,
  listener: AdminListener,
  sitting: Sitting | undefined,
  rules: AccessRules,
): AdmittedVisitor['means'] {
  if (listener.kind === 'control') return 'control socket';
  if (hasAdminToken(headers, rules)) return 'token';
  return sitting === undefined ? 'address' : 'session';
}

/** Who has changed what (row 001-77). Logins have lines of their own, and refusals change nothing. */
function noteChange(request: FastifyRequest, { statusCode }: FastifyReply, { log }: AdminHouse): void {
  const { visitor, method, url } = request;
  if (visitor === null || !isChange(method) || request.is404) return;
  if (request.routeOptions.config.adminRole === 'login') return;
  const path = url.split('?', 1)[0];
  log.info('an order was given', {
    method,
    path,
    status: statusCode,
    address: visitor.address,
    by: visitor.means,
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

function knockOf(request: FastifyRequest, { peer, cookies }: Visitor, sitting: Sitting | undefined): Knock {
  const { headers } = request;
  return {
    // Whoever may read statistics may also learn that a path does not exist.
    role: request.is404 ? 'stats' : request.routeOptions.config.adminRole,
    method: request.method,
    peer,
    host: headers.host,
    origin: headers.origin,
    fetchSite: onlyText(headers['sec-fetch-site']),
    authorization: headers.authorization,
    sitting: sitting ?? (cookies.length === 0 ? 'none' : 'over'),
    csrfToken: onlyText(headers['x-csrf-token']),
  };
}

/** In the admin's own envelope. */
export function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.challenge !== undefined) reply.header('www-authenticate', refusal.challenge);
  return reply.code(refusal.status).send({ error: { code: refusal.code, message: refusal.message } });
}
