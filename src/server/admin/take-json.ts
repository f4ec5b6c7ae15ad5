import type { FastifyInstance } from 'fastify';

import { AdminRefusal } from './admin-refusal.ts';

/** The routes of this scope read what they are sent, and JSON alone: a form of another site's page can send none (W2). */
export function takeJson(server: FastifyInstance, bodyLimit: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string', bodyLimit },
    server.getDefaultJsonParser('error', 'error'),
  );
  // What curl -d sends, if it is told nothing else.
  server.addContentTypeParser('*', (_request, _body, done) => done(noJson(415)));
}

export const noJson = (status: 400 | 415): AdminRefusal =>
  new AdminRefusal(
    status,
    'invalid_request',
    'Send a JSON object, with the header "Content-Type: application/json".',
  );
