import type { Secret } from '../../model/secret.ts';

/** Where a Redis or Valkey is and how it is spoken to; the configuration's own shape. */
export interface RedisPlace {
  readonly url: Secret;
  /** PEM files, for `rediss://`. */
  readonly tls?: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
  /** They say where the primary is, whose name is the host of `url`. */
  readonly sentinels?: readonly { readonly host: string; readonly port: number }[];
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: Secret | undefined;
}
