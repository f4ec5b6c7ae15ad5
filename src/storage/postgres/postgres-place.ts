import type { Secret } from '../../model/secret.ts';

/** Where a PostgreSQL server is and how it is spoken to; the configuration's own shape. */
export interface PostgresPlace {
  /** Or the directory of its socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: Secret | undefined;
  readonly sslMode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly sslCa: string | undefined;
  readonly poolSize: number;
  readonly queriesMax: number;
  readonly idleMs: number;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}
