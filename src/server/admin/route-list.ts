import type { FastifyInstance } from 'fastify';

import type { RegisteredRoute } from './openapi/open-api-document.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The routes that a wildcard stands for, as people know them: `/v1/models/{model}`. */
    documentedAs?: readonly string[];
  }
}

/** Keeps a list of what is registered on a server from now on; the OpenAPI document is made from it. */
export function listRoutes(server: FastifyInstance, routes: RegisteredRoute[] = []): RegisteredRoute[] {
  server.addHook('onRoute', (route) => {
    const urls = route.config?.documentedAs ?? [route.url];
    for (const method of [route.method].flat()) for (const url of urls) addOnce(routes, { method, url });
  });
  return routes;
}

function addOnce(routes: RegisteredRoute[], route: RegisteredRoute): void {
  const isKnown = routes.some((known) => known.method === route.method && known.url === route.url);
  if (!isKnown) routes.push(route);
}
