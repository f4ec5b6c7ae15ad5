import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dialect } from '../../dialects/dialect.ts';
import { asGatewayError, GatewayError } from '../../model/gateway-error.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import { handleCall } from '../../pipeline/handle-call.ts';
import '../admin/route-list.ts';
import { crossOriginOf, preflightHeaders } from './cors.ts';
import { errorHeaders } from './error-headers.ts';
import { ErrorVoices, type Voice } from './error-voices.ts';
import { type Front, setHeaders } from './front.ts';
import { HttpExchange } from './http-exchange.ts';
import { addPageRoutes } from './page-routes.ts';
import { addPictureRoute } from './picture-route.ts';
import { requestIdOf } from './request-id.ts';
import { RouteBook } from './route-book.ts';
import { urlParts } from './url-parts.ts';

/** The surface programs talk to: one route per path of every dialect, their pages of models, and refusals for the rest. */
export function addFrontRoutes(app: FastifyInstance, front: Front): void {
  // Bodies are read by the exchange, as bytes, when the pipeline wants them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const voices = new ErrorVoices(front.dialects, front.pages, front.errorDialect);
  const methodsByPath = new Map<string, string>();
  addCallRoutes(app, front, methodsByPath);
  addPageRoutes(app, front, methodsByPath);
  addPictureRoute(app, front, methodsByPath);
  for (const [path, methods] of methodsByPath) app.options(path, preflight(front, methods));
  app.setNotFoundHandler((request, reply) => refuseUnknown(front, voices, methodsByPath, request, reply));
  app.setErrorHandler((error, request, reply) => sendError(front, voices, error, request, reply));
}

function addCallRoutes(app: FastifyInstance, front: Front, methodsByPath: Map<string, string>): void {
  const book = new RouteBook<Dialect>();
  for (const dialect of front.dialects) for (const route of dialect.routes) book.add(route, dialect);
  for (const [route, dialect] of book.plain) {
    methodsByPath.set(route, 'POST');
    app.post(route, { onRequest: takeCall(front, dialect, route) }, neverReached);
  }
  for (const prefix of book.prefixes) {
    methodsByPath.set(`${prefix}*`, 'POST');
    const config = { documentedAs: book.routesAt(prefix) };
    app.post(`${prefix}*`, { onRequest: takeNamedCall(front, book, prefix), config }, neverReached);
  }
}

/**
 * The hot path: from here on the framework has nothing more to do with the request. It is taken over before
 * the framework looks at its body, for which it would make an async resource each time.
 */
function takeCall(front: Front, dialect: Dialect, route: string) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    begin(front, dialect, route, undefined, request, reply);
  };
}

/** The same where the address names the model. */
function takeNamedCall(front: Front, book: RouteBook<Dialect>, prefix: string) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const { path } = urlParts(request.raw.url);
    const matched = book.match(prefix, path.slice(prefix.length));
    if (matched === undefined) throw nothingAt(request.method, path, []);
    begin(front, matched.target, matched.route, matched.model, request, reply);
  };
}

function begin(
  front: Front,
  dialect: Dialect,
  route: string,
  model: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
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
      address: { route, model, query: urlParts(request.raw.url).query },
      clientIp: front.addresses.of(socket.remoteAddress, headers['x-forwarded-for']),
      origin,
      isProxied: front.addresses.isProxy(socket.remoteAddress),
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
}

function neverReached(): never {
  throw new TypeError('a call is taken over before its handler');
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
  voices: ErrorVoices,
  methodsByPath: ReadonlyMap<string, string>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { path } = urlParts(request.raw.url);
  const methods = methodsByPath.get(path);
  if (methods === undefined) {
    const refusal = nothingAt(request.method, path, methodsByPath.keys());
    return sendError(front, voices, refusal, request, reply);
  }
  reply.header('allow', `${methods}, OPTIONS`);
  const refusal = new GatewayError(
    'method_not_allowed',
    `${shown(path)} takes ${methods}, not ${request.method}.`,
  );
  return sendError(front, voices, refusal, request, reply);
}

function nothingAt(method: string, path: string, known: Iterable<string>): GatewayError {
  const meant = probablyMeant(path, [...known]);
  const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return new GatewayError('not_found', `There is nothing at ${method} ${shown(path)}${hint}`);
}

/** A base URL with a piece too many (`/v1/v1/models`), or a slip of the pen. */
function probablyMeant(path: string, known: readonly string[]): string | undefined {
  const whole = known.filter((one) => one.length > 1 && !one.includes('*'));
  const ends = whole.filter((one) => path.endsWith(one)).sort((a, b) => b.length - a.length);
  return ends[0] ?? nearestNames(path.slice(0, 200), whole, 1)[0];
}

/** A path as it may stand in a message: short, and nothing a terminal or page would act on. */
function shown(path: string): string {
  return path.slice(0, 100).replace(/[^\w\-./:~%]/g, '?');
}

function sendError(
  front: Front,
  voices: ErrorVoices,
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
  const voice: Voice = voices.at(request.method, urlParts(request.raw.url).path, request.raw.headers);
  return reply.code(voice.errorStatus?.(error) ?? error.status).send(voice.writeError(error, requestId));
}

/** Fastify's own refusals of malformed requests. */
function isFrameworks(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'statusCode' in thrown && Number(thrown.statusCode) < 500;
}
