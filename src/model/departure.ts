import { GatewayError } from './gateway-error.ts';

/**
 * "The client has left", told once to whoever waits for it. It is the one cancellation object of a call:
 * a queue place, an upstream request and a playback all listen to it. (An AbortController would do the same
 * and cost some microseconds a request.)
 */
export class Departure {
  #hasLeft = false;
  #reason: 'client_left' | 'cancelled' = 'client_left';
  #listeners: (() => void)[] | undefined;

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** `cancelled` when an operator ended the call, `client_left` when the client did. */
  get reason(): 'client_left' | 'cancelled' {
    return this.#reason;
  }

  /** An operator's cancel ends a call, but its client still listens and is told; else it would only ask again. */
  get isClientThere(): boolean {
    return !this.#hasLeft || this.#reason === 'cancelled';
  }

  /** Why the call ends without its answer. */
  get error(): GatewayError {
    return new GatewayError(
      'client_left',
      this.#reason === 'cancelled'
        ? 'The operator cancelled this request.'
        : 'The client closed the connection.',
    );
  }

  /** Tells every listener, once; later calls do nothing. */
  leave(reason: 'client_left' | 'cancelled' = 'client_left'): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) listener();
  }

  /** Calls `listener` when the client leaves, or at once if it already has. The answer stops listening. */
  onLeave(listener: () => void): () => void {
    if (this.#hasLeft) {
      listener();
      return () => undefined;
    }
    this.#listeners ??= [];
    this.#listeners.push(listener);
    return () => this.#forget(listener);
  }

  #forget(listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }
}
