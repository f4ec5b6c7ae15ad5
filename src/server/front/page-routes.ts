import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ModelsPage } from '../../dialects/models-page.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { crossOriginOf } from './cors.ts';
import { type Front, setHeaders } from './front.ts';
import { answerPage } from './models-endpoint.ts';
import { requestIdOf } from './request-id.ts';
import { RouteBook } from './route-book.ts';
import { urlParts } from './url-parts.ts';

/** Pages that stand at one place; the one for clients with a certain header comes first. */
type Shelf = ModelsPage[];

/** One route for each page of models; the root, which people's browsers ask for too, is the docs' to answer. */
export function addPageRoutes(app: FastifyInstance, front: Front, methodsByPath: Map<string, string>): void {
  for (const method of ['GET', 'POST'] as const) {
    const book = bookOf(front.pages.filter((page) => page.method === method && page.route !== '/'));
    for (const [url, shelf] of book.plain) {
      addMethod(methodsByPath, url, method);
      app.route({ method, url, handler: showPage(front, shelf) });
    }
    for (const prefix of book.prefixes) {
      const url = `${prefix}*`;
      addMethod(methodsByPath, url, method);
      const config = { documentedAs: book.routesAt(prefix) };
      app.route({ method, url, config, handler: showNamedPage(front, book, prefix) });
    }
  }
}

function showPage(front: Front, shelf: Shelf) {
  return (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    answer(front, shelf, undefined, request, reply);
}

/** The same where the address names the model. */
function showNamedPage(front: Front, book: RouteBook<Shelf>, prefix: string) {
  return (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { path } = urlParts(request.raw.url);
    const matched = book.match(prefix, path.slice(prefix.length));
    if (matched === undefined) throw new GatewayError('not_found', 'There is nothing at this address.');
    return answer(front, matched.target, matched.model, request, reply);
  };
}

function bookOf(pages: readonly ModelsPage[]): RouteBook<Shelf> {
  const shelves = new Map<string, Shelf>();
  for (const page of pages) {
    const shelf = shelves.get(page.route) ?? [];
    if (page.header === undefined) shelf.push(page);
    else shelf.unshift(page);
    shelves.set(page.route, shelf);
  }
  const book = new RouteBook<Shelf>();
  for (const [route, shelf] of shelves) book.add(route, shelf);
  return book;
}

function addMethod(methodsByPath: Map<string, string>, path: string, method: 'GET' | 'POST'): void {
  const added = method === 'GET' ? 'GET, HEAD' : method;
  const known = methodsByPath.get(path);
  methodsByPath.set(path, known === undefined ? added : `${added}, ${known}`);
}

async function answer(
  front: Front,
  shelf: Shelf,
  model: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { headers } = request.raw;
  const page = shelf.find(({ header }) => header === undefined || headers[header] !== undefined);
  if (page === undefined) throw new GatewayError('not_found', 'There is nothing at this address.');
  const origin = crossOriginOf(headers, front.house.snapshot().config.daemon.cors);
  setHeaders(reply, origin.headers);
  const requestId = requestIdOf(headers);
  setHeaders(reply, ['x-request-id', requestId, 'request-id', requestId, 'cache-control', 'no-store']);
  const said = await answerPage(front.house, page, request.raw, model);
  return typeof said === 'string' ? reply.type('text/plain; charset=utf-8').send(said) : reply.send(said);
}
