import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';

import { systemClock } from '../../model/clock.ts';
import type { HealthReport, ReadinessReport } from './admin-api.ts';
import type { AdminHouse } from './admin-house.ts';

/**
 * The probes of the main listener: no key, no wait, and no word about what is configured. Liveness looks at
 * nothing at all, so that a dead backend never gets the gateway restarted (rows 004-14, 001-53).
 */
export function probeRoutes(house: AdminHouse): FastifyPluginAsync {
  return async (server) => {
    for (const path of ['/livez', '/healthz', '/health/live']) server.get(path, isAlive);
    for (const path of ['/readyz', '/health/ready']) answerReadiness(server, path, house);
    server.get('/health', open, (_request, reply): HealthReport => {
      const report = healthOf(house);
      return withStatus(reply, report.status === 'ok', report);
    });
  };
}

/** The role matters on the control socket alone, where everything is allowed anyway. */
const open = { config: { adminRole: 'stats' } } as const;

function isAlive(_request: unknown, reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send('ok\n');
}

function answerReadiness(server: FastifyInstance, path: string, house: AdminHouse): void {
  server.get(path, open, (_request, reply): ReadinessReport => {
    const checks = { ...house.checks() };
    const isReady = Object.values(checks).every((check) => check.healthy);
    return withStatus(reply, isReady, { status: isReady ? 'ready' : 'not_ready', checks });
  });
}

function healthOf(house: AdminHouse): HealthReport {
  const checks = { ...house.checks() };
  const isDown = Object.values(checks).some((check) => !check.healthy);
  return {
    status: isDown ? 'down' : 'ok',
    timestamp: new Date(systemClock.nowMs()).toISOString(),
    version: house.version,
    backend_ok: checks.backends.healthy,
    checks,
  };
}

function withStatus<Report>(reply: FastifyReply, isGood: boolean, report: Report): Report {
  reply.code(isGood ? 200 : 503).header('cache-control', 'no-store');
  return report;
}
