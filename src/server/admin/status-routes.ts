import type { FastifyInstance } from 'fastify';

import type { ReloadResult, ShutdownAnswer } from './admin-api.ts';
import type { AdminHouse } from './admin-house.ts';

/** The daemon as a whole: how it is, and the two orders it takes (row 000-79). */
export function statusRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.get('/admin/api/status', { config: { adminRole: 'admin' } }, () => house.status());
  server.get('/stats/live', { config: { adminRole: 'stats' } }, () => house.live());

  server.post(
    '/admin/reload',
    { config: { adminRole: 'operate' } },
    async (_request, reply): Promise<ReloadResult> => {
      const result = await house.reload();
      if (result.status === 'refused') reply.code(422);
      return result;
    },
  );

  server.post('/admin/shutdown', { config: { adminRole: 'operate' } }, async (_request, reply) => {
    // The answer must be on its way before the listener it travels over is closed.
    reply.raw.once('close', () => house.shutdown());
    reply.header('connection', 'close');
    return { status: 'shutting_down' } satisfies ShutdownAnswer;
  });
}
