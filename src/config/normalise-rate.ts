import type { RateLimit } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';

/** How many requests an app may send. A limit that says how, but not how many, is none, and is complained of. */
export function normaliseRateLimit(
  section: ConfigSection,
  path: KeyPath,
  limit: DaemonFile['rate_limit'],
): RateLimit | undefined {
  if (limit === undefined || limit === null || Object.keys(limit).length === 0) return undefined;
  const { per_minute, per_hour, per_day, burst, algorithm = 'token_bucket' } = limit;
  if (per_minute === undefined && per_hour === undefined && per_day === undefined) {
    section.warn(path, 'limits nothing by itself; give `per_minute`, `per_hour` or `per_day` as well');
    return undefined;
  }
  if (burst !== undefined && algorithm !== 'token_bucket') {
    section.warn(
      [...path, 'burst'],
      `has no effect with ${algorithm}, where all of a window may come at once; remove it, or use token_bucket`,
    );
  }
  return { perMinute: per_minute, perHour: per_hour, perDay: per_day, burst, algorithm };
}
