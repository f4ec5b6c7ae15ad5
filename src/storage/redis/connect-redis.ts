import { Redis } from 'ioredis';
import type { Secret } from '../../model/secret.ts';

/**
 * A connection to Redis or Valkey (`redis://`, `rediss://` with TLS). It comes back by itself, for ever, and a command
 * that cannot be sent or is not answered within two seconds fails: whoever asks must not hang on a store that is gone.
 * @param isQueueing what is sent while there is no connection waits for the next, for those two seconds.
 */
export function connectRedis(url: Secret, { isQueueing = false } = {}): Redis {
  const redis = new Redis(url.reveal(), {
    connectionName: 'sluice',
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    enableOfflineQueue: isQueueing,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) * (0.75 + Math.random() / 2),
  });
  // Each command tells its caller; without a listener every lost connection would be printed as well.
  redis.on('error', () => undefined);
  return redis;
}
