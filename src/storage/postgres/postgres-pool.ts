import pg from 'pg';
import { StoreFailure } from '../store-failure.ts';
import { explainPostgresFailure } from './explain-postgres-failure.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { tlsOptions } from './postgres-tls.ts';

export type PostgresRow = Readonly<Record<string, unknown>>;

/** Runs one statement; values are always bound. */
export type RunQuery = (sql: string, values?: readonly unknown[]) => Promise<readonly PostgresRow[]>;

/**
 * Connections to one PostgreSQL server, made when they are needed and replaced when they are worn, broken or late with an
 * answer. Whatever goes wrong comes out as a `StoreFailure`, within the timeouts of the configuration.
 */
export class PostgresPool {
  readonly #place: PostgresPlace;
  #pool: pg.Pool | undefined;
  /** The server has no TLS, and nobody insists on it. */
  #isPlain = false;
  readonly #sockets = new Set<Breakable>();
  #closed: Promise<void> | undefined;

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  /** On one connection, which nobody else has meanwhile. */
  async use<T>(work: (query: RunQuery) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let fault: unknown;
    try {
      return await work(queryOn(client));
    } catch (thrown) {
      fault = thrown;
      throw thrown instanceof StoreFailure ? thrown : explainPostgresFailure(thrown);
    } finally {
      // In what state a connection is after trouble, nobody knows.
      client.release(fault !== undefined);
    }
  }

  /** All of it happens, or nothing. */
  transaction<T>(begin: string, work: (query: RunQuery) => Promise<T>): Promise<T> {
    return this.use(async (query) => {
      await query(begin);
      const result = await work(query);
      await query('COMMIT');
      return result;
    });
  }

  /** At once: what is under way fails, whatever the server does. */
  async close(): Promise<void> {
    this.#closed ??= this.#pool?.end() ?? Promise.resolve();
    for (const socket of this.#sockets) socket.destroy();
    await this.#closed;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#openPool().connect();
    } catch (thrown) {
      if (!this.#mayGoWithout(thrown)) throw explainPostgresFailure(thrown);
    }
    this.#isPlain = !this.#isPlain;
    await this.#renew();
    return this.#openPool()
      .connect()
      .catch((thrown) => {
        throw explainPostgresFailure(thrown);
      });
  }

  /** `prefer` takes what there is; the driver knows no such mode. */
  #mayGoWithout(thrown: unknown): boolean {
    if (this.#place.sslMode !== 'prefer') return false;
    const message = thrown instanceof Error ? thrown.message : '';
    return this.#isPlain ? /no pg_hba.conf entry/.test(message) : /does not support SSL/.test(message);
  }

  async #renew(): Promise<void> {
    const old = this.#pool;
    this.#pool = undefined;
    await old?.end();
  }

  /** A pool does not tell of connections that are only being made, and `close` must not wait for them. */
  #watchedClient(): typeof pg.Client {
    const sockets = this.#sockets;
    return class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        // Whoever asks something hears of it; one that breaks while it is put away would end the process.
        this.on('error', () => undefined);
        const { stream } = (this as unknown as ClientWithSocket).connection;
        sockets.add(stream);
        stream.once('close', () => sockets.delete(stream));
      }
    };
  }

  #openPool(): pg.Pool {
    if (this.#closed !== undefined) throw new StoreFailure('unreachable', 'the gateway is stopping');
    if (this.#pool !== undefined) return this.#pool;
    const { host, port, database, username, password } = this.#place;
    const pool = new pg.Pool({
      ...{ host, port, database, user: username, password: password?.reveal() },
      ssl: this.#isPlain ? false : tlsOptions(this.#place),
      application_name: 'sluice',
      max: this.#place.poolSize,
      maxUses: this.#place.queriesMax,
      idleTimeoutMillis: this.#place.idleMs,
      connectionTimeoutMillis: this.#place.connectTimeoutMs,
      query_timeout: this.#place.commandTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      allowExitOnIdle: true,
      Client: this.#watchedClient(),
    });
    // An idle connection that breaks is replaced; of that, too, somebody must hear.
    pool.on('error', () => undefined);
    this.#pool = pool;
    return pool;
  }
}

interface Breakable {
  destroy(): void;
  once(event: 'close', listener: () => void): void;
}

/** The declarations leave out where a client keeps its connection. */
type ClientWithSocket = pg.Client & { readonly connection: { readonly stream: Breakable } };

function queryOn(client: pg.PoolClient): RunQuery {
  return async (sql, values) => {
    const { rows } = await client.query<PostgresRow>(sql, values === undefined ? undefined : [...values]);
    return rows;
  };
}
