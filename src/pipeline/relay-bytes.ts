import type { GatewayError } from '../model/gateway-error.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import type { Outcome, Relay } from './relay.ts';

/**
 * Passes an answer on that is neither JSON nor events (speech, subtitles), as it comes: nothing in it is looked at, and
 * nothing can be told in it. So one that breaks off ends with its connection, never as if it were whole. The last byte
 * is held back, as that of every answer, until the ledger has the entry; one byte and not a piece, for whoever listens
 * while a voice speaks would be a piece behind.
 */
export class BytesRelay implements Relay {
  readonly #exchange: Exchange;
  readonly #head: AnswerHead;
  #held: Buffer | undefined;
  #error: GatewayError | undefined;

  constructor(exchange: Exchange, head: AnswerHead) {
    this.#exchange = exchange;
    this.#head = head;
  }

  get outcome(): Outcome {
    return { usage: undefined, error: this.#error, contentTokens: 0, images: 0 };
  }

  push(piece: Buffer): void {
    const bytes = this.#held === undefined ? piece : Buffer.concat([this.#held, piece]);
    this.#held = bytes.subarray(-1);
    if (bytes.length < 2) return;
    this.#start();
    this.#exchange.write(bytes.subarray(0, -1));
  }

  end(): void {
    this.#start();
    if (this.#held !== undefined) this.#exchange.holdLast(this.#held);
  }

  fail(error: GatewayError): void {
    if (!this.#exchange.hasStarted) throw error;
    this.#error = error;
    this.#exchange.fail(error);
  }

  #start(): void {
    if (!this.#exchange.hasStarted) this.#exchange.startStream(this.#head);
  }
}
