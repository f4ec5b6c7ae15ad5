import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

import type { JsonObject } from '../../model/json.ts';
import { addGuardHeaders } from '../guard-headers.ts';

/**
 * Swagger UI at /reference and /swagger, from files in the package: it works without the internet. Its plugins
 * are loaded when somebody first looks, into a small server of their own that never listens; the daemon starts
 * without paying for them, and their hooks touch no other route.
 */
export function referenceRoutes(document: () => JsonObject): FastifyPluginAsync {
  let reference: Promise<FastifyInstance> | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    reference ??= openReference(document());
    const pages = await reference;
    reply.hijack();
    request.raw.url = (request.raw.url ?? '/').replace(/^\/swagger/, '/reference');
    pages.routing(request.raw, reply.raw);
  };
  return async (server) => {
    for (const path of ['/reference', '/swagger']) {
      server.get(path, answer);
      server.get(`${path}/*`, answer);
    }
    server.addHook('onClose', async () => (await reference)?.close());
  };
}

/** Swagger UI writes inline styles; nothing else is relaxed, and nothing comes from outside. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function openReference(document: JsonObject): Promise<FastifyInstance> {
  const [{ fastify }, { default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const pages = fastify({ logger: false });
  addGuardHeaders(pages);
  // The plugin's types describe documents as classes of their own; ours is plain JSON of the same form.
  await pages.register(swagger, { mode: 'static', specification: { document: document as never } });
  await pages.register(swaggerUi, {
    routePrefix: '/reference',
    staticCSP: policy,
    theme: { title: 'Sluice reference' },
    uiConfig: { docExpansion: 'list', deepLinking: true, validatorUrl: null },
  });
  await pages.ready();
  return pages;
}
