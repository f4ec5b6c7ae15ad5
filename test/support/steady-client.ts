/** A client that asks over one connection for as long as it is let, with header bytes of the test's own choice. */
import { connect, type Socket } from 'node:net';

export interface SteadyClient {
  /** Sends these bytes, which are one request; tells the status of the answer. Opens anew what was closed. */
  ask(bytes: Buffer): Promise<number>;
  close(): void;
}

/** Answers must tell their length, as refusals do. */
export function steadyClient(port: number): SteadyClient {
  let socket: Socket | undefined;
  return {
    ask: async (bytes) => {
      if (socket === undefined || socket.destroyed || !socket.writable) socket = await opened(port);
      return answerTo(socket, bytes);
    },
    close: () => socket?.destroy(),
  };
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // A refusal that closes may reset what is still being sent.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function answerTo(socket: Socket, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (act: () => void): void => {
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('timeout');
      socket.setTimeout(0);
      act();
    };
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('close', () =>
      settle(() => reject(new Error(`closed without an answer: ${text.slice(0, 200)}`))),
    );
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      const status = statusOfWhole(text);
      if (status === undefined) return;
      if (/\r\nconnection: close\r\n/i.test(text)) socket.destroy();
      settle(() => resolve(status));
    });
    socket.write(bytes);
  });
}

function statusOfWhole(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end + 2))?.[1] ?? 0);
  return text.length < end + 4 + length ? undefined : Number(text.slice(9, 12));
}
