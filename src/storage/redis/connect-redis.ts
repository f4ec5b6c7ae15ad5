import { Redis } from 'ioredis';
import type { Secret } from '../../model/secret.ts';

interface ConnectOptions {
  /** What is sent while there is no connection waits for the next, for as long as a command may take. */
  readonly isQueueing?: boolean;
  /** A connection on which an answer is owed and nothing came for so long is given up for another. */
  readonly silenceMaxMs?: number;
}

/**
 * A connection to Redis or Valkey (`redis://`, `rediss://` with TLS). It comes back by itself, for ever, and a command
 * that cannot be sent or is not answered within two seconds fails: whoever asks must not hang on a store that is gone.
 */
export function connectRedis(url: Secret, options: ConnectOptions = {}): Redis {
  const { isQueueing = false, silenceMaxMs } = options;
  const redis = new Redis(url.reveal(), {
    connectionName: 'sluice',
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    ...(silenceMaxMs !== undefined && { socketTimeout: silenceMaxMs }),
    enableOfflineQueue: isQueueing,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A server that was made a replica keeps its connections, while its name may lead to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) * (0.75 + Math.random() / 2),
  });
  // Each command tells its caller; without a listener every lost connection would be printed as well.
  redis.on('error', () => undefined);
  return redis;
}
