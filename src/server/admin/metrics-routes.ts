import type { FastifyInstance } from 'fastify';

import { GatewayError } from '../../model/gateway-error.ts';
import type { AdminHouse } from './admin-house.ts';

/** Prometheus' page. */
export function metricsRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.get('/metrics', { config: { adminRole: 'metrics' } }, async (_request, reply) => {
    const metrics = await house.metricsText();
    if (metrics === undefined)
      throw new GatewayError('not_found', 'Metrics are off: metrics.enabled is false.');
    return reply.type(metrics.contentType).send(metrics.body);
  });
}
