import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { GatewayError } from '../../../model/gateway-error.ts';
import { isJsonObject } from '../../../model/json.ts';
import { refuse } from '../access-hook.ts';
import { invalidToken, missingToken, noTokenConfigured } from '../admin-access.ts';
import type { AdminHouse } from '../admin-house.ts';
import type { SessionReport } from '../session-api.ts';
import { takeJson } from '../take-json.ts';
import type { AdmittedVisitor } from '../visitor.ts';
import { writeCookie } from './sitting-cookie.ts';
import { type OpenedSitting, SITTING_MS, type Sitting } from './sittings.ts';

/** A token and its braces. */
const BODY_BYTES_MAX = 4 * 1024;

const forEveryone = { config: { adminRole: 'login' as const } };
const forAdmin = { config: { adminRole: 'admin' as const } };

/** In a scope of its own: it reads what it is sent (rows 001-71 and 001-77). */
export async function loginRoutes(server: FastifyInstance, house: AdminHouse): Promise<void> {
  takeJson(server, BODY_BYTES_MAX);
  server.post('/admin/api/login', forEveryone, (request, reply) => {
    const token = tokenOf(request);
    if (token === undefined) return refuse(reply, missingToken);
    const visitor = visitorIn(request);
    const verdict = house.logins.login(token, visitor.address, visitor.cookies);
    switch (verdict.type) {
      case 'opened':
        return giveSitting(reply, visitor, verdict.opened);
      case 'wrong-token':
        return refuse(reply, invalidToken);
      case 'no-token-configured':
        return refuse(reply, noTokenConfigured);
      case 'too-many':
        throw tooMany(verdict.retryAfterMs);
    }
  });
}

/** What a page asks when it is opened, and what ends it all. */
export function sessionRoutes(server: FastifyInstance, { logins }: AdminHouse): void {
  server.get('/admin/api/session', forEveryone, (request, reply) =>
    report(reply, logins.find(visitorIn(request).cookies)),
  );
  server.post('/admin/api/logout', forAdmin, (request, reply) => {
    const { cookies, address, cookieName, isSecure } = visitorIn(request);
    logins.logout(cookies, address);
    reply.header('set-cookie', writeCookie(cookieName, '', 0, isSecure));
    return report(reply, undefined);
  });
}

function giveSitting(reply: FastifyReply, visitor: AdmittedVisitor, { cookie, sitting }: OpenedSitting) {
  reply.header('set-cookie', writeCookie(visitor.cookieName, cookie, SITTING_MS, visitor.isSecure));
  return report(reply, sitting);
}

function report(reply: FastifyReply, sitting: Sitting | undefined): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (sitting !== undefined) reply.header('x-csrf-token', sitting.csrfToken);
  return reply.send({
    logged_in: sitting !== undefined,
    until: sitting === undefined ? null : new Date(sitting.endsWallMs).toISOString(),
    csrf_token: sitting?.csrfToken ?? null,
  } satisfies SessionReport);
}

function tokenOf({ body }: FastifyRequest): string | undefined {
  const token = isJsonObject(body) ? body['token'] : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function visitorIn({ visitor }: FastifyRequest): AdmittedVisitor {
  if (visitor === null) throw new TypeError('an admin route was reached past its guard');
  return visitor;
}

function tooMany(retryAfterMs: number): GatewayError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new GatewayError(
    'rate_limited',
    `Too many wrong tokens came from this address; the next one is looked at in ${seconds} s.`,
    { retryAfterMs },
  );
}
