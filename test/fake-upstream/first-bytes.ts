/** When the first byte of each request arrived; node:http tells only when its head was complete. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { nowMs } from './journal.ts';

export class FirstBytes {
  readonly #arrivedAt = new WeakMap<Socket, number>();

  constructor(server: Server, connectionEvent: 'connection' | 'secureConnection') {
    server.on(connectionEvent, (socket: Socket) => {
      socket.prependListener('data', () => {
        if (!this.#arrivedAt.has(socket)) this.#arrivedAt.set(socket, nowMs());
      });
    });
  }

  of(socket: Socket): number {
    return this.#arrivedAt.get(socket) ?? nowMs();
  }

  /** The answer is out: the next byte on this socket begins a new request. */
  forget(socket: Socket): void {
    this.#arrivedAt.delete(socket);
  }
}
