import type { FastifyInstance } from 'fastify';

import { GatewayError } from '../../model/gateway-error.ts';
import type { GroupAnswer, UnloadAnswer } from './admin-api.ts';
import type { AdminHouse } from './admin-house.ts';

/** What shares a GPU: send a model away, let nobody in for a while. */
export function cardRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.post<{ Params: { model: string } }>(
    '/admin/api/models/:model/unload',
    { config: { adminRole: 'admin' } },
    ({ params: { model } }): UnloadAnswer => {
      const groups = house.unload(model);
      if (groups > 0) return { status: 'unloading', model, groups };
      const message = `No group has "${model}" loaded; \`sluice running\` shows what is.`;
      throw new GatewayError('not_found', message);
    },
  );
  server.post<{ Params: { group: string } }>(
    '/admin/api/groups/:group/drain',
    { config: { adminRole: 'admin' } },
    ({ params: { group } }): GroupAnswer => {
      if (!house.drainGroup(group)) throw noSuchGroup(group);
      return { status: 'draining', group };
    },
  );
  server.post<{ Params: { group: string } }>(
    '/admin/api/groups/:group/resume',
    { config: { adminRole: 'admin' } },
    ({ params: { group } }): GroupAnswer => {
      if (!house.resumeGroup(group)) throw noSuchGroup(group);
      return { status: 'resumed', group };
    },
  );
}

function noSuchGroup(group: string): GatewayError {
  return new GatewayError(
    'not_found',
    `There is no sequence group "${group}"; \`sluice running\` shows those there are.`,
  );
}
