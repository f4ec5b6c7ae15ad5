/** A TCP client that sends exactly these bytes, with these pauses, and notes what came back and when. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from './wait-for.ts';

export interface ReceivedPiece {
  readonly bytes: Buffer;
  /** Milliseconds since the connection was opened. */
  readonly atMs: number;
}

/** What to send: text, bytes, or a pause in milliseconds. */
export type SendStep = string | Buffer | number;

export interface RawConnection {
  readonly socket: Socket;
  readonly pieces: readonly ReceivedPiece[];
  /** Everything received, one character per byte. */
  readonly text: string;
  /** How it ended, if it did: an error's code (`ECONNRESET`) or `end`. */
  readonly ending: string | undefined;
  readonly endedAtMs: number | undefined;
  send(...steps: readonly SendStep[]): Promise<void>;
  /** Stops reading, so that the peer's writes pile up; `resume` reads on. */
  pause(): void;
  resume(): void;
  /** No more from us; the peer may still speak. */
  halfClose(): void;
  reset(): void;
  close(): void;
  waitForText(wanted: string | RegExp, timeoutMs?: number): Promise<string>;
  waitForEnd(timeoutMs?: number): Promise<string>;
}

export interface RawTarget {
  readonly port: number;
  readonly host?: string;
  /** A unix socket instead. */
  readonly path?: string;
}

export async function rawConnect(target: RawTarget | { readonly path: string }): Promise<RawConnection> {
  const socket = await opened(target);
  const startedAt = performance.now();
  const pieces: ReceivedPiece[] = [];
  let ending: string | undefined;
  let endedAtMs: number | undefined;
  const end = (how: string): void => {
    ending ??= how;
    endedAtMs ??= performance.now() - startedAt;
  };
  socket.on('data', (bytes) => pieces.push({ bytes, atMs: performance.now() - startedAt }));
  socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  socket.on('end', () => end('end'));
  socket.on('close', () => end('close'));
  const text = (): string => Buffer.concat(pieces.map((piece) => piece.bytes)).toString('latin1');
  return {
    socket,
    pieces,
    get text() {
      return text();
    },
    get ending() {
      return ending;
    },
    get endedAtMs() {
      return endedAtMs;
    },
    send: (...steps) => send(socket, steps),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    halfClose: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.destroy(),
    waitForText: (wanted, timeoutMs = 15_000) =>
      waitFor(`${wanted} on the connection`, () => (matches(text(), wanted) ? text() : undefined), {
        timeoutMs,
      }),
    waitForEnd: (timeoutMs = 15_000) => waitFor('the end of the connection', () => ending, { timeoutMs }),
  };
}

/** Connects, sends, reads until the peer ends (or the time is up), closes. */
export async function rawExchange(
  target: RawTarget,
  steps: readonly SendStep[],
  timeoutMs = 15_000,
): Promise<string> {
  const connection = await rawConnect(target);
  try {
    await connection.send(...steps);
    await connection.waitForEnd(timeoutMs).catch(() => {});
    return connection.text;
  } finally {
    connection.close();
  }
}

/** A request as bytes, with a content-length unless the headers speak of a length themselves. */
export function rawRequest(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const tellsLength = names.includes('content-length') || names.includes('transfer-encoding');
  const length = body === '' || tellsLength ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
  const all = { ...(names.includes('host') ? {} : { host: '127.0.0.1' }), ...headers, ...length };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function opened(target: RawTarget | { readonly path: string }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options =
      'port' in target && !target.path
        ? { port: target.port, host: target.host ?? '127.0.0.1' }
        : { path: target.path ?? '' };
    const socket = connect({ ...options, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function send(socket: Socket, steps: readonly SendStep[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await sleep(step);
    else await written(socket, typeof step === 'string' ? Buffer.from(step) : step);
  }
}

/** Resolves when the kernel took the bytes, or never will. */
function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve();
    });
  });
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}
