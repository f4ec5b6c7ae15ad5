import { chmodSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { DaemonConfig } from '../config/config.ts';
import type { Clock } from '../model/clock.ts';
import { guardHeaders } from './guard-headers.ts';
import { clearStaleSocket } from './stale-socket.ts';

/** Where to listen; exactly one of the three. */
export type Place =
  /** `key` is what the operator would change in the configuration. */
  | { readonly host: string; readonly port: number; readonly key: string }
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
    if ('path' in place) await listenPrivately(server, place);
    else await listen(server, place);
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
  const handler = inTurn(sanelyAddressed(options.handler));
  const server =
    options.tls === undefined
      ? createServer(settings, handler)
      : createTlsServer({ ...settings, ...readTls(options.tls) }, handler);
  server.maxConnections = options.connectionsMax;
  server.on('checkContinue', (request, response) => {
    continueOnceRead(request, response);
    handler(request, response);
  });
  server.on('clientError', refuseBrokenRequest);
  return server;
}

/** More than this waiting on one connection is no client of an API. */
const PIPELINED_MAX = 256;

/**
 * One request at a time on a connection. Node starts them all at once when a client sends several without
 * waiting, and would not tell the later ones that their client has left (faults.md 0.1, finding 8; C15). A
 * response that is not first in line has no socket yet, and says when it gets it.
 */
function inTurn(handler: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    if (response.socket !== null) {
      handler(request, response);
      return;
    }
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > PIPELINED_MAX) socket.destroy();
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      // After Node is done with handing the connection over.
      process.nextTick(handler, request, response);
    });
  };
}

/** "Shall I send the body?" Whoever begins to read it says yes; a refusal needs none of it (C10). */
function continueOnceRead(request: IncomingMessage, response: ServerResponse): void {
  request.once('resume', () => {
    if (!response.headersSent) response.writeContinue();
  });
}

const brokenRequests: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * A request that is no HTTP, or was too slow. It is told so unless an answer is on its way on the same
 * connection, which must not get these bytes into its middle. Then the connection is closed, not half-closed:
 * the client would decide how long it stays.
 */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: ClientSocket): void {
  if (!socket.writable || socket._httpMessage?.headersSent === true) {
    socket.destroy();
    return;
  }
  const status = brokenRequests[error.code ?? ''] ?? '400 Bad Request';
  socket.write(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.destroySoon();
}

/** Node keeps the answer a socket is busy with in a member it does not document, and looks there itself. */
type ClientSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

const CLOSING = ['connection', 'close', 'content-length', '0'];

/** Far beyond what any client or proxy sends; 16 KiB of one-byte headers would be 3,000 (P10). */
const HEADERS_MAX = 200;

/**
 * Refused before anything is routed: what asks for somebody else (`GET http://elsewhere/`, `OPTIONS *`; this is
 * no forward proxy, P6), paths that do not decode, and headers that two readers could take for two different
 * requests (P5, P8).
 */
function sanelyAddressed(handler: RequestListener): RequestListener {
  return (request, response) => {
    const status = whyNot(request);
    if (status === undefined) handler(request, response);
    else response.writeHead(status, [...CLOSING, ...guardHeaders(request)]).end();
  };
}

function whyNot({ url = '', rawHeaders }: IncomingMessage): number | undefined {
  if (url.charCodeAt(0) !== SLASH || !isDecodable(url)) return 400;
  if (rawHeaders.length > HEADERS_MAX * 2) return 431;
  return isTwice(rawHeaders, 'host') || isTwice(rawHeaders, 'authorization') ? 400 : undefined;
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Node keeps the first of these and drops the others without a word. */
function isTwice(rawHeaders: readonly string[], name: string): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at] as string;
    if (header.length === name.length && header.toLowerCase() === name) count++;
  }
  return count > 1;
}

function readTls(tls: { readonly certFile: string; readonly keyFile: string }): {
  cert: Buffer;
  key: Buffer;
} {
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
}

/** There is no moment in which a socket for its owner alone is open to others: it is bound while this runs. */
async function listenPrivately(
  server: Server | TlsServer,
  place: Place & { readonly path: string; readonly mode: number },
): Promise<void> {
  const before = process.umask(0o177);
  const listening = listen(server, place);
  process.umask(before);
  await listening;
  chmodSync(place.path, place.mode);
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
    'path' in place
      ? place.path
      : 'fd' in place
        ? `descriptor ${place.fd}`
        : `${place.host}:${place.port} (${place.key})`;
  const hint =
    error.code === 'EADDRINUSE'
      ? 'something else is listening there; stop it or choose another port'
      : error.message;
  return new Error(`Cannot listen on ${where}: ${hint}.`, { cause: error });
}
