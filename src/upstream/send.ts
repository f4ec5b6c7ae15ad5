import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../model/clock.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import { Carriage } from './carriage.ts';
import { asConnectionFailure } from './connection-failure.ts';

/** One request to a backend, ready for the wire. */
export interface Attempt {
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | StreamedBody;
  /** From the moment the request is sent to the head of the answer. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer's body. */
  readonly idleMs: number;
}

/** A body that is read while it is sent, no faster than the backend takes it; and again, where it must be sent again. */
export interface StreamedBody {
  readonly length: number;
  open(): Readable;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Who receives an answer. After `onHead` come pieces, then exactly one of `onEnd` and `onFailure`;
 * `onFailure` may also come first and alone.
 */
export interface AnswerReceiver {
  onHead(status: number, headers: AnswerHeaders): void;
  onPiece(piece: Buffer): void;
  onEnd(): void;
  onFailure(error: GatewayError): void;
}

/**
 * One attempt under way. It is the only place where a request leaves the house: deadlines, the abort, and the
 * meaning of every way a connection can fail belong here; what the answer means does not.
 */
export class Sending implements Dispatcher.DispatchHandler {
  readonly #receiver: AnswerReceiver;
  readonly #clock: Clock;
  #carriage: Carriage | undefined;
  #sendAgain: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #abortedWith: GatewayError | undefined;
  #isOver = false;

  constructor(receiver: AnswerReceiver, clock: Clock) {
    this.#receiver = receiver;
    this.#clock = clock;
  }

  /** Sends. Everything that happens, bad news included, is told to the receiver, never thrown. */
  start(pool: Dispatcher, attempt: Attempt): void {
    this.#sendAgain = () => this.#dispatch(pool, attempt);
    this.#dispatch(pool, attempt);
  }

  #dispatch(pool: Dispatcher, attempt: Attempt): void {
    if (this.#isOver) return;
    try {
      const { body } = attempt;
      pool.dispatch(
        {
          origin: attempt.origin,
          path: attempt.path,
          method: 'POST',
          headers: headersOf(attempt),
          body: Buffer.isBuffer(body) ? body : body.open(),
          headersTimeout: attempt.firstByteMs,
          bodyTimeout: attempt.idleMs,
        },
        this,
      );
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Stops reading from the backend until `resume`; its own send buffer then fills and it waits. */
  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Ends the attempt now by closing its connection; the receiver hears `error` as the failure. */
  abort(error: GatewayError): void {
    if (this.#isOver || this.#abortedWith !== undefined) return;
    this.#abortedWith = error;
    // Without a controller it still waits for a connection: there is nothing to close, nor to wait for.
    if (this.#controller === undefined) this.#fail(error);
    else this.#controller.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortedWith !== undefined) controller.abort(this.#abortedWith);
    else this.#carriage = Carriage.next(this.#clock);
  }

  onResponseStart(_controller: unknown, status: number, headers: AnswerHeaders): void {
    if (this.#abortedWith === undefined && status >= 200) this.#receiver.onHead(status, headers);
  }

  onResponseData(_controller: unknown, piece: Buffer): void {
    if (this.#abortedWith === undefined) this.#receiver.onPiece(piece);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.onEnd();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (!this.#wasMissed(error)) {
      this.#fail(error);
      return;
    }
    const sendAgain = this.#sendAgain;
    this.#sendAgain = undefined;
    this.#controller = undefined;
    sendAgain?.();
  }

  /** Did the request cross with the server's closing of an idle connection? Then it is sent once more, on another. */
  #wasMissed(error: Error): boolean {
    if (this.#sendAgain === undefined || this.#abortedWith !== undefined) return false;
    return this.#carriage?.wasStale === true && asConnectionFailure(error).code === 'upstream_error';
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.onFailure(this.#abortedWith ?? asConnectionFailure(thrown));
  }
}

/** Of a stream undici does not know the length. */
function headersOf({ headers, body }: Attempt): string[] {
  return Buffer.isBuffer(body) ? headers : [...headers, 'content-length', String(body.length)];
}
