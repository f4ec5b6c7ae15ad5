import { readFileSync } from 'node:fs';
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Backend } from './backend.ts';

/** `HTTPS_PROXY` and its kin, as the configuration read them from the environment. */
export interface ProxySettings {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
}

/**
 * The connections to backends, kept for the life of the process. Backends that differ in nothing a connection
 * knows of share a pool, so a reload that changes a price cuts no stream and reconnects to nobody.
 */
export class Connections {
  readonly #pools = new Map<string, Dispatcher>();
  readonly #proxy: ProxySettings;

  constructor(proxy: ProxySettings) {
    this.#proxy = proxy;
  }

  /** The pool of a backend, opened on first use. Throws if its `tls.ca_file` cannot be read. */
  poolOf(backend: Backend): Dispatcher {
    const known = this.#pools.get(backend.connectionKey);
    if (known !== undefined) return known;
    const pool = this.#open(backend);
    this.#pools.set(backend.connectionKey, pool);
    return pool;
  }

  /** Closes what none of `backends` needs any more; requests under way end in peace. */
  keepOnly(backends: Iterable<Backend>): void {
    const needed = new Set<string>();
    for (const backend of backends) needed.add(backend.connectionKey);
    for (const [key, pool] of this.#pools) {
      if (needed.has(key)) continue;
      this.#pools.delete(key);
      pool.close().catch(() => undefined);
    }
  }

  /** Ends every connection now. */
  async destroy(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.allSettled(pools.map((pool) => pool.destroy()));
  }

  #open(backend: Backend): Dispatcher {
    const options = connectionOptions(backend);
    const { httpProxy, httpsProxy, noProxy } = this.#proxy;
    const isProxied = (httpProxy ?? httpsProxy) !== undefined && !isLoopback(backend.origin);
    if (!isProxied) return new Pool(backend.origin as string, options);
    return new EnvHttpProxyAgent({
      ...options,
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
      ...(noProxy === undefined ? {} : { noProxy }),
    });
  }
}

function connectionOptions(backend: Backend): Pool.Options {
  const { caFile, insecure } = backend.config.tls;
  return {
    // One request at a time on a socket: a hostile answer can then only spoil its own request.
    pipelining: 1,
    // Short of the five seconds after which many Python servers close an idle connection.
    keepAliveTimeout: 4_000,
    connect: {
      timeout: backend.timeouts.connectMs,
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      ...(insecure ? { rejectUnauthorized: false } : {}),
    },
  };
}

/** A runtime on this machine is never reached through a proxy, whatever the environment says. */
function isLoopback(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const host = new URL(origin).hostname;
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
