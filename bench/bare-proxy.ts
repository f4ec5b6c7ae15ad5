/**
 * The yardstick: what a proxy on Node must cost at least. It reads the body, parses it, sends it on, reads the
 * answer, parses it, and sends that back; no keys, no ledger, no metrics, no log.
 *
 *   node --import tsx bench/bare-proxy.ts PORT UPSTREAM_ORIGIN
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const [port = '0', origin = ''] = process.argv.slice(2);
const pool = new Pool(origin, { pipelining: 1 });

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #pieces: Buffer[] = [];

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}

  onResponseStart(): void {}

  onResponseData(_controller: unknown, piece: Buffer): void {
    this.#pieces.push(piece);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#pieces);
    JSON.parse(body.toString('utf8'));
    this.#response.writeHead(200, [
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
    ]);
    this.#response.end(body);
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    JSON.parse(body.toString('utf8'));
    pool.dispatch(
      { path: request.url ?? '/', method: 'POST', headers: ['content-type', 'application/json'], body },
      new Relay(response),
    );
  });
}

createServer(handle).listen(Number(port), '127.0.0.1', 4096, () => console.log('listening'));
