import type { FastifyInstance } from 'fastify';

import type { AdminHouse } from './admin-house.ts';

/** The configuration in force, secrets masked. */
export function configRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.get('/admin/api/config', { config: { adminRole: 'admin' } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(house.describeConfig())),
  );
}
