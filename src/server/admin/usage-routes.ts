import type { FastifyInstance, FastifyRequest } from 'fastify';

import { systemClock } from '../../model/clock.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { AdminHouse, UsageQuery } from './admin-house.ts';
import { momentMs, oneText, words } from './query.ts';
import type { PerModelMetric, UsageGrouping } from './usage-api.ts';

/** What was used, out of the ledger (rows 000-80 and 000-81). */
export function usageRoutes(server: FastifyInstance, house: AdminHouse): void {
  const answer = (request: FastifyRequest) => house.usage(readUsageQuery(request));
  server.get('/stats/usage', { config: { adminRole: 'stats' } }, answer);
  server.get('/admin/api/usage', { config: { adminRole: 'admin' } }, answer);

  perModelRoutes(server, house, '/stats');
}

/**
 * The predecessor's spelling, which its documented proxy rule `^/(admin|stats)` leaves open to the world: so it
 * exists on the admin listener, and never on the main one.
 */
export function oldUsageRoutes(server: FastifyInstance, house: AdminHouse): void {
  perModelRoutes(server, house, '/stat');
}

function perModelRoutes(server: FastifyInstance, house: AdminHouse, base: string): void {
  for (const metric of perModelMetrics) {
    server.get(`${base}/usagepermodel/${metric}`, { config: { adminRole: 'stats' } }, () =>
      house.usagePerModel(metric),
    );
  }
}

const perModelMetrics: readonly PerModelMetric[] = ['requests', 'tokens', 'time'];
const usageGroupings: readonly UsageGrouping[] = ['app', 'model', 'backend', 'day', 'hour'];

function readUsageQuery(request: FastifyRequest): UsageQuery {
  const nowMs = systemClock.nowMs();
  const query = {
    appId: oneText(request, 'app_id') ?? oneText(request, 'app'),
    sinceMs: momentMs(request, 'since', nowMs),
    untilMs: momentMs(request, 'until', nowMs),
    groupBy: words(request, 'group_by', usageGroupings),
  };
  if (query.sinceMs !== undefined && query.untilMs !== undefined && query.sinceMs >= query.untilMs) {
    throw new GatewayError('invalid_request', 'since must lie before until.', { param: 'since' });
  }
  return query.groupBy.length > 0 ? query : { ...query, groupBy: ['app'] };
}
