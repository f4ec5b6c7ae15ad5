import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from '../../dialects/dialect.ts';
import { asGatewayError, GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { handleCall } from '../../pipeline/handle-call.ts';
import type { House } from '../../pipeline/house.ts';
import type { ClientAddresses } from './client-address.ts';
import { crossOriginOf, preflightHeaders } from './cors.ts';
import { errorHeaders } from './error-headers.ts';
import { HttpExchange } from './http-exchange.ts';
import { listModels, showModel } from './models-endpoint.ts';
import { requestIdOf } from './request-id.ts';
import type { SlowClients } from './slow-clients.ts';

export interface Front {
  readonly house: House;
  readonly dialects: readonly Dialect[];
  /** Whose envelope errors outside every dialect's routes take. */
  readonly errorDialect: Dialect;
  /** Replaced when a reload brings other trusted proxies. */
  addresses: ClientAddresses;
  readonly slowClients: SlowClients;
}

/** The surface programs talk to: one route per path of every dialect, the models, and refusals for the rest. */
export function addFrontRoutes(app: FastifyInstance, front: Front): void {
  // Bodies are read by the exchange, as bytes, when the pipeline wants them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const methodsByPath = new Map<string, string>();
  for (const dialect of front.dialects) {
    for (const path of dialect.routes) {
      methodsByPath.set(path, 'POST');
      app.post(path, { onRequest: takeCall(front, dialect, path) }, neverReached);
    }
  }
  addModelRoutes(app, front, methodsByPath);
  for (const path of methodsByPath.keys())
    app.options(path, preflight(front, methodsByPath.get(path) ?? 'POST'));
  app.setNotFoundHandler((request, reply) => refuseUnknown(front, methodsByPath, request, reply));
  app.setErrorHandler((error, request, reply) => sendError(front, error, request, reply));
}

/**
 * The hot path: from here on the framework has nothing more to do with the request. It is taken over before
 * the framework looks at its body, for which it would make an async resource each time.
 */
function takeCall(front: Front, dialect: Dialect, path: string) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    const { daemon } = front.house.snapshot().config;
    const { headers, socket } = request.raw;
    const origin = crossOriginOf(headers, daemon.cors);
    const exchange = new HttpExchange(
      request.raw,
      reply.raw,
      dialect,
      {
        requestId: requestIdOf(headers),
        path,
        clientIp: front.addresses.of(socket.remoteAddress, headers['x-forwarded-for']),
        origin,
      },
      daemon.limits,
    );
    if (origin.isStranger && daemon.cors.origins.length > 0) {
      exchange.fail(originRefused());
      exchange.finish();
      return;
    }
    front.slowClients.watch(exchange);
    handleCall(front.house, exchange).catch((thrown: unknown) => {
      front.house.telemetry.unexpected(exchange.requestId, thrown);
      reply.raw.destroy();
    });
  };
}

function neverReached(): never {
  throw new TypeError('a call is taken over before its handler');
}

function addModelRoutes(app: FastifyInstance, front: Front, methodsByPath: Map<string, string>): void {
  const { house } = front;
  for (const base of ['/v1/models', '/models']) {
    methodsByPath.set(base, 'GET, HEAD').set(`${base}/*`, 'GET, HEAD');
    app.get(base, (request, reply) =>
      sendJson(front, request, reply, listModels(house.snapshot(), request.raw, house.clock.nowMs())),
    );
    // Ids hold slashes and colons, raw or encoded (protocols 1.4).
    app.get<{ Params: { '*': string } }>(`${base}/*`, (request, reply) =>
      sendJson(
        front,
        request,
        reply,
        showModel(house.snapshot(), request.raw, request.params['*'], house.clock.nowMs()),
      ),
    );
  }
}

async function sendJson(
  front: Front,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Promise<JsonObject>,
): Promise<FastifyReply> {
  const origin = crossOriginOf(request.raw.headers, front.house.snapshot().config.daemon.cors);
  setHeaders(reply, origin.headers);
  const requestId = requestIdOf(request.raw.headers);
  setHeaders(reply, ['x-request-id', requestId, 'request-id', requestId, 'cache-control', 'no-store']);
  return reply.send(await answer);
}

function preflight(front: Front, methods: string) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const origin = crossOriginOf(request.raw.headers, front.house.snapshot().config.daemon.cors);
    if (origin.isStranger) throw originRefused();
    setHeaders(reply, origin.headers);
    if (origin.headers.length > 0) setHeaders(reply, preflightHeaders(request.raw.headers, methods));
    return reply.code(204).header('allow', `${methods}, OPTIONS`).send();
  };
}

function originRefused(): GatewayError {
  return new GatewayError(
    'origin_not_allowed',
    'Pages of this origin may not call this gateway; see cors.origins.',
  );
}

function refuseUnknown(
  front: Front,
  methodsByPath: ReadonlyMap<string, string>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const path = request.raw.url?.split('?')[0] ?? '/';
  const methods = methodsByPath.get(path);
  if (methods === undefined) {
    return sendError(
      front,
      new GatewayError('not_found', `There is nothing at ${request.method} ${shown(path)}.`),
      request,
      reply,
    );
  }
  reply.header('allow', `${methods}, OPTIONS`);
  const refusal = new GatewayError(
    'method_not_allowed',
    `${shown(path)} takes ${methods}, not ${request.method}.`,
  );
  return sendError(front, refusal, request, reply);
}

/** A path as it may stand in a message: short, and nothing a terminal or page would act on. */
function shown(path: string): string {
  return path.slice(0, 100).replace(/[^\w\-./:~%]/g, '?');
}

function sendError(
  front: Front,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = isFrameworks(thrown)
    ? new GatewayError('invalid_request', thrown.message)
    : asGatewayError(thrown);
  const requestId = requestIdOf(request.raw.headers);
  if (error.code === 'internal_error') front.house.telemetry.unexpected(requestId, error.cause);
  setHeaders(reply, ['x-request-id', requestId, 'request-id', requestId, ...errorHeaders(error)]);
  return reply.code(error.status).send(front.errorDialect.writeError(error));
}

/** Fastify's own refusals of malformed requests. */
function isFrameworks(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'statusCode' in thrown && Number(thrown.statusCode) < 500;
}

function setHeaders(reply: FastifyReply, namesAndValues: readonly string[]): void {
  for (let at = 0; at + 1 < namesAndValues.length; at += 2) {
    reply.header(namesAndValues[at] as string, namesAndValues[at + 1]);
  }
}
