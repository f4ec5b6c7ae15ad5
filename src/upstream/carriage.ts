import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { Clock } from '../model/clock.ts';

/** A connection that was closed under us tells it within a round trip; later it is the request that failed. */
const STALE_WITHIN_MS = 1_000;

/**
 * The connection one request goes out on. Servers close idle connections when they like (many in Python after
 * five seconds), and now and then that crosses with the next request, which the server then never reads. It
 * looks like this: the connection had served before, not a byte came back, and it broke at once.
 *
 * undici does not hand out its sockets, but names the one it writes a head to on a diagnostics channel, in the
 * same breath in which it tells the handler that its request starts.
 */
export class Carriage {
  readonly #clock: Clock;
  readonly #sentAtMs: number;
  #socket: Socket | undefined;
  #isReused = false;
  #readBefore = 0;

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#sentAtMs = clock.monotonicMs();
  }

  /** The carriage of the request that starts now. */
  static next(clock: Clock): Carriage {
    boarding = new Carriage(clock);
    return boarding;
  }

  /** Once it has broken: had the server closed it before the request came? */
  get wasStale(): boolean {
    if (!this.#isReused || this.#socket?.bytesRead !== this.#readBefore) return false;
    return this.#clock.monotonicMs() - this.#sentAtMs < STALE_WITHIN_MS;
  }

  depart(socket: Socket): void {
    this.#socket = socket;
    this.#isReused = seen.has(socket);
    this.#readBefore = socket.bytesRead;
    seen.add(socket);
  }
}

const seen = new WeakSet<Socket>();
let boarding: Carriage | undefined;

subscribe('undici:client:sendHeaders', (message) => {
  const { socket } = message as { readonly socket: Socket };
  const carriage = boarding;
  boarding = undefined;
  if (carriage === undefined) seen.add(socket);
  else carriage.depart(socket);
});
