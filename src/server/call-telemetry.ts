import type { Config } from '../config/config.ts';
import type { CallTelemetry } from '../pipeline/house.ts';
import type { AccessLog } from '../telemetry/access-log.ts';
import type { Log } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Where finished calls are told: metrics, access log, log, as the configuration of the moment wants it. */
export function telemetryOf(
  metrics: Metrics,
  accessLog: AccessLog,
  log: Log,
  config: () => Config,
): CallTelemetry {
  return {
    record(record) {
      const { daemon } = config();
      if (daemon.metrics.enabled) metrics.recordCall(record);
      if (record.backend !== undefined && record.errorCode !== undefined && record.outcome === 'failed') {
        metrics.upstreamFailed(record.backend, record.errorCode);
      }
      if (daemon.logging.accessLog) accessLog.write(record);
    },
    passedOn(requestId, backend, error) {
      metrics.upstreamFailed(backend, error.code);
      log.warn('a backend failed and another is asked', {
        request_id: requestId,
        backend,
        error_code: error.code,
        why: error.message,
      });
    },
    gaveUp(requestId, appId, warnings) {
      log.info('a translation could not carry everything over', {
        request_id: requestId,
        app: appId,
        warnings,
      });
    },
    overdrew(appId, claim) {
      metrics.overdrawn(appId, claim.kind);
    },
    unexpected(requestId, cause) {
      log.error('an unexpected failure', { request_id: requestId, error: cause });
    },
  };
}
