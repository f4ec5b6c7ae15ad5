import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

import type { JsonObject } from '../../model/json.ts';
import { docsPage, docsPagePolicy } from './docs-page.ts';
import { openApiDocument, type RegisteredRoute } from './openapi/open-api-document.ts';
import { referenceRoutes } from './reference-routes.ts';

/** What a stranger with a browser or `curl` finds on the main listener, without a key (rows 004-13, 001-54). */
export interface DocsOptions {
  readonly version: string;
  /** Everything registered on the main and the admin listener; read when somebody asks, not before. */
  readonly routes: readonly RegisteredRoute[];
}

export function docsRoutes({ version, routes }: DocsOptions): FastifyPluginAsync {
  const document = once(() => openApiDocument(version, routes));
  return async (server) => {
    const answerDocument = (_request: unknown, reply: FastifyReply) => reply.send(document());
    server.get('/openapi.json', answerDocument);
    server.get('/swagger/doc.json', answerDocument);
    server.get('/docs', (request, reply) =>
      reply
        .header('content-security-policy', docsPagePolicy)
        .type('text/html; charset=utf-8')
        .send(docsPage(document(), originOf(request))),
    );
    server.get('/', (request, reply) => answerRoot(request, reply, version, document()));
    await server.register(referenceRoutes(document));
  };
}

/**
 * Text for a probe, a summary for a program, the page for a browser. Ollama's clients look for its very words here,
 * and Claude Code asks with HEAD before anything else (protocols 1.3).
 */
function answerRoot(
  request: FastifyRequest,
  reply: FastifyReply,
  version: string,
  document: JsonObject,
): FastifyReply {
  const accept = request.headers.accept ?? '';
  reply.header('vary', 'accept');
  if (accept.includes('text/html')) return reply.redirect('docs', 302);
  if (accept.includes('application/json')) {
    return reply.send({ name: 'sluice', version, docs: '/docs', endpoints: endpointsOf(document) });
  }
  return reply.type('text/plain; charset=utf-8').send('Ollama is running');
}

function endpointsOf(document: JsonObject): string[] {
  return Object.entries(document['paths'] ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Shown in examples only. A Host that does not look like one is not repeated. */
function originOf(request: FastifyRequest): string {
  const host = request.headers.host ?? '';
  const isPlain = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(host);
  return `${request.protocol}://${isPlain ? host : '127.0.0.1:8080'}`;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
