import type { FastifyInstance } from 'fastify';

/** The routes of this scope read what they are sent, and JSON alone: a form of another site's page can send none (W2). */
export function takeJson(server: FastifyInstance, bodyLimit: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string', bodyLimit },
    server.getDefaultJsonParser('error', 'error'),
  );
}
