import { readFileSync } from 'node:fs';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisPlace } from './redis-place.ts';

interface ConnectOptions {
  /** What is sent while there is no connection waits for the next, for as long as a command may take. */
  readonly isQueueing?: boolean;
  /** How long an answer is waited for is decided elsewhere. The driver's timers do not hear what has come before they say that nothing did. */
  readonly isPatient?: boolean;
  /** A connection on which an answer is owed and nothing came for so long is given up for another. */
  readonly silenceMaxMs?: number;
}

/**
 * A connection to Redis or Valkey (`redis://`, `rediss://` with TLS; by way of Sentinels, where there are any). It comes
 * back by itself, for ever, and a command that cannot be sent fails: whoever asks must not hang on a store that is gone.
 * One that is not answered fails after two seconds, unless the caller has a patience of its own.
 */
export function connectRedis(place: RedisPlace, options: ConnectOptions = {}): Redis {
  const { isQueueing = false, isPatient = false, silenceMaxMs } = options;
  const redis = new Redis(place.url.reveal(), {
    ...tlsAndSentinels(place),
    connectionName: 'sluice',
    // Not known before Redis 7.2, and one right more for our user to have.
    disableClientInfo: true,
    connectTimeout: 2_000,
    ...(!isPatient && { commandTimeout: 2_000 }),
    ...(silenceMaxMs !== undefined && { socketTimeout: silenceMaxMs }),
    enableOfflineQueue: isQueueing,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A server that was made a replica keeps its connections, while its name may lead to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) * (0.75 + Math.random() / 2),
  });
  // Each command tells its caller; without a listener every lost connection would be printed as well. Where a database
  // has not been got while greeting, the driver would go on in another, which may be somebody else's.
  redis.on('error', () => {
    if (redis.status === 'connect') redis.disconnect(true);
  });
  return redis;
}

function tlsAndSentinels(place: RedisPlace): Omit<RedisOptions, 'replyMapping' | 'protocol'> {
  const { url, sentinels = [], sentinelUsername, sentinelPassword } = place;
  const tls = url.reveal().startsWith('rediss:') ? tlsOf(place) : undefined;
  const encrypted = tls === undefined ? {} : { tls };
  if (sentinels.length === 0) return encrypted;
  return {
    ...encrypted,
    ...(tls !== undefined && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinels: [...sentinels],
    name: decodeURIComponent(new URL(url.reveal()).hostname),
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword: sentinelPassword.reveal() }),
    sentinelCommandTimeout: 2_000,
    sentinelRetryStrategy: () => 1_000,
  };
}

function tlsOf({ tls }: RedisPlace): NonNullable<RedisOptions['tls']> {
  const files = { ca: tls?.caFile, cert: tls?.certFile, key: tls?.keyFile };
  const given = Object.entries(files).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, readFileSync(path, 'utf8')]],
  );
  return Object.fromEntries(given);
}
