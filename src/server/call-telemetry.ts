import type { Config } from '../config/config.ts';
import type { CallTelemetry } from '../pipeline/house.ts';
import type { AccessLog } from '../telemetry/access-log.ts';
import type { Log } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What is counted and written down of each call, as the configuration of that moment has it. */
export function callTelemetry(
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
    unexpected(requestId, cause) {
      log.error('an unexpected failure', { request_id: requestId, error: cause });
    },
  };
}
