import type { FastifyInstance } from 'fastify';

import { GatewayError } from '../../model/gateway-error.ts';
import type { CancelAnswer } from './admin-api.ts';
import type { AdminHouse } from './admin-house.ts';

/** The calls under way: see them, end one. */
export function callRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.get('/admin/api/running', { config: { adminRole: 'admin' } }, () => house.running());

  server.post<{ Params: { id: string } }>(
    '/admin/api/cancel/:id',
    { config: { adminRole: 'admin' } },
    ({ params }): CancelAnswer => {
      if (!house.cancel(params.id)) {
        throw new GatewayError('not_found', `No request "${params.id}" is waiting or running.`);
      }
      return { status: 'cancelled', request_id: params.id };
    },
  );
}
