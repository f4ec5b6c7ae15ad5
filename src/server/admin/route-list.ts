import type { FastifyInstance } from 'fastify';

import type { RegisteredRoute } from './openapi/open-api-document.ts';

/** Keeps a list of what is registered on a server from now on; the OpenAPI document is made from it. */
export function listRoutes(server: FastifyInstance, routes: RegisteredRoute[] = []): RegisteredRoute[] {
  server.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) addOnce(routes, { method, url: route.url });
  });
  return routes;
}

function addOnce(routes: RegisteredRoute[], route: RegisteredRoute): void {
  const isKnown = routes.some((known) => known.method === route.method && known.url === route.url);
  if (!isKnown) routes.push(route);
}
