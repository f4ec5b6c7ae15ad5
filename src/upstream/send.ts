import type { Dispatcher } from 'undici';
import type { GatewayError } from '../model/gateway-error.ts';
import { asConnectionFailure } from './connection-failure.ts';

/** One request to a backend, ready for the wire. */
export interface Attempt {
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer;
  /** From the moment the request is sent to the head of the answer. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer's body. */
  readonly idleMs: number;
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
  #controller: Dispatcher.DispatchController | undefined;
  #abortedWith: GatewayError | undefined;
  #isOver = false;

  constructor(receiver: AnswerReceiver) {
    this.#receiver = receiver;
  }

  /** Sends. Everything that happens, bad news included, is told to the receiver, never thrown. */
  start(pool: Dispatcher, attempt: Attempt): void {
    try {
      pool.dispatch(
        {
          origin: attempt.origin,
          path: attempt.path,
          method: 'POST',
          headers: attempt.headers,
          body: attempt.body,
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
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortedWith !== undefined) controller.abort(this.#abortedWith);
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
    this.#fail(error);
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.onFailure(this.#abortedWith ?? asConnectionFailure(thrown));
  }
}
