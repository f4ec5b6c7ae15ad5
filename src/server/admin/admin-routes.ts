import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';

import { asGatewayError, GatewayError } from '../../model/gateway-error.ts';
import { guardAdminRoutes } from './access-hook.ts';
import type { AdminListener } from './admin-access.ts';
import type { AdminErrorBody } from './admin-api.ts';
import type { AdminHouse } from './admin-house.ts';
import { AdminRefusal } from './admin-refusal.ts';
import { appRoutes } from './app-routes.ts';
import { callRoutes } from './call-routes.ts';
import { cardRoutes } from './card-routes.ts';
import { configRoutes } from './config-routes.ts';
import { loginRoutes, sessionRoutes } from './login/login-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { probeRoutes } from './probe-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { oldUsageRoutes, usageRoutes } from './usage-routes.ts';

/**
 * The admin surface: shows the state of the house and passes orders on to it. It knows nothing of calls, dialects
 * or backends beyond what `AdminHouse` tells, and decides nothing but who may ask (`admin-access.ts`).
 */
export interface AdminRoutesOptions {
  readonly house: AdminHouse;
  readonly listener: AdminListener;
}

/** Register on a server of its own for the admin listener and the control socket, or on the main one (`on_main`). */
export function adminRoutes({ house, listener }: AdminRoutesOptions): FastifyPluginAsync {
  return async (server) => {
    guardAdminRoutes(server, house, listener);
    server.setErrorHandler(answerError);
    // Before the rest, which reads no bodies: each in a scope of its own.
    await server.register((scope) => appRoutes(scope, house));
    await server.register((scope) => loginRoutes(scope, house));
    acceptAnyBody(server);
    // The front owns the main listener's 404.
    if (listener.kind !== 'main')
      server.setNotFoundHandler((request) => refuseUnknown(request.method, request.url));
    // Local tools (`sluice healthcheck`) ask for readiness where they are trusted; the main listener has its own.
    if (listener.kind === 'control') await server.register(probeRoutes(house));
    if (listener.kind !== 'main') oldUsageRoutes(server, house);
    for (const routes of [
      statusRoutes,
      configRoutes,
      usageRoutes,
      metricsRoutes,
      modelRoutes,
      callRoutes,
      cardRoutes,
      sessionRoutes,
    ]) {
      routes(server, house);
    }
  };
}

/** No other admin request has a body we read, so `curl -X POST -d ''` and an empty JSON body are both fine. */
function acceptAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 64 * 1024 }, (_request, _body, done) =>
    done(null),
  );
}

function answerError(
  thrown: FastifyError | GatewayError | AdminRefusal,
  _request: unknown,
  reply: FastifyReply,
): void {
  if (thrown instanceof AdminRefusal) {
    const { status, code, message, complaints } = thrown;
    reply.code(status).send({
      error: { code, message, ...(complaints === undefined ? {} : { complaints }) },
    } satisfies AdminErrorBody);
    return;
  }
  const error = isFastifyError(thrown)
    ? new GatewayError('invalid_request', thrown.message)
    : asGatewayError(thrown);
  const status = isFastifyError(thrown) ? (thrown.statusCode ?? 400) : error.status;
  const { retryAfterMs } = error.details;
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  reply.code(status).send({ error: { code: error.code, message: error.message } } satisfies AdminErrorBody);
}

/** Fastify's own refusals of a malformed request; everything else it may throw is a slip of ours. */
function isFastifyError(thrown: FastifyError | GatewayError): thrown is FastifyError {
  return 'statusCode' in thrown && typeof thrown.statusCode === 'number' && thrown.statusCode < 500;
}

function refuseUnknown(method: string, url: string): never {
  throw new GatewayError('not_found', `There is no ${method} ${url.split('?')[0]} on the admin listener.`);
}
