import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { DaemonConfig } from '../config/config.ts';
import type { Clock } from '../model/clock.ts';
import { clearStaleSocket } from './stale-socket.ts';

/** Where to listen; exactly one of the three. */
export type Place =
  | { readonly host: string; readonly port: number }
  | { readonly path: string; readonly mode: number }
  /** A socket somebody else opened for us (systemd socket activation). */
  | { readonly fd: number };

export interface ListenOptions {
  readonly handler: RequestListener;
  readonly tls: DaemonConfig['listen']['tls'];
  readonly connectionsMax: number;
  readonly clock: Clock;
}

/** Node's default of 511 drops connections in a burst that the machine could take. */
const BACKLOG = 4_096;

const SLASH = 0x2f;

/**
 * An HTTP server on one place. The framework's handler serves several of these at once, so that v4, v6, a unix
 * socket and an inherited one are all the same house.
 */
export class Listener {
  readonly #server: Server | TlsServer;
  readonly #place: Place;
  readonly #clock: Clock;

  private constructor(server: Server | TlsServer, place: Place, clock: Clock) {
    this.#server = server;
    this.#place = place;
    this.#clock = clock;
  }

  /** Listens, or throws an Error that says where it could not, and why. */
  static async open(place: Place, options: ListenOptions): Promise<Listener> {
    if ('path' in place) await clearStaleSocket(place.path);
    const server = makeServer(options);
    await listen(server, place);
    if ('path' in place) chmodSync(place.path, place.mode);
    return new Listener(server, place, options.clock);
  }

  /** As people write it: `http://127.0.0.1:8080`, `unix:/run/sluice.sock`. */
  get address(): string {
    if ('path' in this.#place) return `unix:${this.#place.path}`;
    const address = this.#server.address() as AddressInfo | string | null;
    if (typeof address === 'string' || address === null) return `unix:${address ?? ''}`;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    const scheme = 'setSecureContext' in this.#server ? 'https' : 'http';
    return `${scheme}://${host}:${address.port}`;
  }

  /** Takes new certificate files over for connections to come. Throws if they cannot be read. */
  renewTls(tls: DaemonConfig['listen']['tls']): void {
    if (tls !== undefined && 'setSecureContext' in this.#server) this.#server.setSecureContext(readTls(tls));
  }

  /** Accepts nothing more; connections without a request under way are closed, again and again until all are. */
  stopAccepting(): Promise<void> {
    return new Promise((resolve) => {
      const stopSweeping = this.#clock.every(250, () => this.#server.closeIdleConnections());
      this.#server.close(() => {
        stopSweeping();
        if ('path' in this.#place) rmSync(this.#place.path, { force: true });
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }

  /** Ends every connection now. */
  destroy(): void {
    this.#server.closeAllConnections();
  }
}

/**
 * The timeouts are for hostile and broken clients: heads and bodies must come in within them, whatever the
 * trickle (faults.md C8, C9). Answers may take as long as they like.
 */
function makeServer(options: ListenOptions): Server | TlsServer {
  const settings = {
    headersTimeout: 10_000,
    requestTimeout: 120_000,
    keepAliveTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    noDelay: true,
    requireHostHeader: true,
  };
  const handler = originFormOnly(options.handler);
  const server =
    options.tls === undefined
      ? createServer(settings, handler)
      : createTlsServer({ ...settings, ...readTls(options.tls) }, handler);
  server.maxConnections = options.connectionsMax;
  // Who asks "shall I send the body?" and has not sent it yet is answered by the route like everybody else.
  server.on('checkContinue', (request, response) => {
    response.writeContinue();
    handler(request, response);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** This is no forward proxy: `GET http://elsewhere/` and `OPTIONS *` are refused before anything is routed (P6). */
function originFormOnly(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url?.charCodeAt(0) === SLASH) handler(request, response);
    else response.writeHead(400, { connection: 'close', 'content-length': 0 }).end();
  };
}

function readTls(tls: { readonly certFile: string; readonly keyFile: string }): {
  cert: Buffer;
  key: Buffer;
} {
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
}

function listen(server: Server | TlsServer, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(place, error)));
    const where = 'path' in place ? { path: place.path } : 'fd' in place ? { fd: place.fd } : place;
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function cannotListen(place: Place, error: NodeJS.ErrnoException): Error {
  const where =
    'path' in place ? place.path : 'fd' in place ? `descriptor ${place.fd}` : `${place.host}:${place.port}`;
  const hint =
    error.code === 'EADDRINUSE'
      ? 'something else is listening there; stop it or choose another port'
      : error.message;
  return new Error(`Cannot listen on ${where}: ${hint}.`, { cause: error });
}
