/**
 * A TCP server that answers with scripted bytes in scripted pieces, for what no HTTP server would send: false framing,
 * bytes out of turn, heads cut in half. It reads requests only as far as to know where they end.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes to send, a pause in milliseconds, or a way to end the connection (else it is kept open). */
export type AnswerStep = string | Buffer | number | 'CLOSE' | 'RESET';

/** The answer to the n-th request of a server (from 0); or the same steps for all. */
export type Script =
  | readonly AnswerStep[]
  | ((nth: number, request: RawRequestSeen) => readonly AnswerStep[]);

export interface RawRequestSeen {
  /** Which connection of the server it came on, from 0. */
  readonly connection: number;
  readonly head: string;
  readonly body: string;
  readonly atMs: number;
}

export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RawRequestSeen[];
  readonly connections: number;
  setScript(script: Script): void;
  /** Sends bytes nobody asked for to every open connection. */
  sendUnasked(bytes: string | Buffer): void;
  close(): Promise<void>;
}

export interface RawUpstreamOptions {
  readonly port?: number;
  /** Sent as soon as someone connects, before any request. */
  readonly greeting?: string;
  /** Accepts and never reads: the peer's body stays in its own buffers. */
  readonly readsNothing?: boolean;
}

export async function startRawUpstream(
  script: Script,
  options: RawUpstreamOptions = {},
): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const requests: RawRequestSeen[] = [];
  let current = script;
  let connections = 0;
  const server = createServer({ noDelay: true, pauseOnConnect: options.readsNothing === true }, (socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (options.greeting) socket.write(options.greeting);
    onRequest(socket, (head, body) => {
      const seen = { connection, head, body, atMs: performance.timeOrigin + performance.now() };
      requests.push(seen);
      const steps = typeof current === 'function' ? current(requests.length - 1, seen) : current;
      void answer(socket, steps);
    });
  });
  const port = await listening(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    setScript: (next) => {
      current = next;
    },
    sendUnasked: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer as bytes, framed by its length unless the headers say otherwise. */
export function rawAnswer(status: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const tellsLength = names.includes('content-length') || names.includes('transfer-encoding');
  const length = tellsLength ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}

/** One chunk of the chunked transfer coding; of no text, the last one. */
export function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

async function answer(socket: Socket, steps: readonly AnswerStep[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await sleep(step);
    else if (step === 'CLOSE') socket.end();
    else if (step === 'RESET') socket.resetAndDestroy();
    else await new Promise<void>((resolve) => socket.write(step, () => resolve()));
  }
}

function onRequest(socket: Socket, tell: (head: string, body: string) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    for (let length = lengthOfFirst(received); length !== undefined; length = lengthOfFirst(received)) {
      const [head = '', ...body] = received.subarray(0, length).toString().split('\r\n\r\n');
      received = received.subarray(length);
      tell(head, body.join('\r\n\r\n'));
    }
  });
}

/** How long the first request in these bytes is; undefined while it is not complete. */
function lengthOfFirst(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.subarray(0, headEnd).toString('latin1');
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const end = bytes.indexOf('0\r\n\r\n', headEnd + 4);
    return end < 0 ? undefined : end + 5;
  }
  const length = headEnd + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return bytes.length >= length ? length : undefined;
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
