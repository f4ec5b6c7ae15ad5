import type { Dialect } from '../dialects/dialect.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonValue } from '../model/json.ts';
import { attributeAnswer } from '../upstream/attribute-answer.ts';
import type { Backend } from '../upstream/backend.ts';
import type { AnswerHeaders } from '../upstream/send.ts';
import type { Outcome, Relay } from './relay.ts';

const REFUSAL_BYTES_MAX = 64 * 1024;

/** Takes in an answer that is no success and turns it into the failure it means; always throws in the end. */
export class RefusalRelay implements Relay {
  readonly outcome: Outcome = { usage: undefined, error: undefined, contentTokens: 0, images: 0 };
  readonly #dialect: Dialect;
  readonly #backend: Backend;
  readonly #status: number;
  readonly #headers: AnswerHeaders;
  readonly #nowMs: number;
  #body = '';

  constructor(dialect: Dialect, backend: Backend, status: number, headers: AnswerHeaders, nowMs: number) {
    this.#dialect = dialect;
    this.#backend = backend;
    this.#status = status;
    this.#headers = headers;
    this.#nowMs = nowMs;
  }

  /** A refusal that does not end is not listened to, and holds no slot. */
  push(piece: Buffer): void {
    this.#body += piece.toString('latin1');
    if (this.#body.length > REFUSAL_BYTES_MAX) this.end();
  }

  end(): void {
    throw attributeAnswer({
      status: this.#status,
      headers: this.#headers,
      said: this.#dialect.hearWhole(this.#parsed()).error,
      key: this.#backend.config.apiKey,
      nowMs: this.#nowMs,
    });
  }

  /** A refusal that broke off is still a refusal. */
  fail(error: GatewayError): void {
    if (error.code === 'client_left') throw error;
    this.end();
  }

  /** HTML pages and plain text are no words of a model server: they are not passed on. */
  #parsed(): JsonValue {
    try {
      return JSON.parse(Buffer.from(this.#body, 'latin1').toString('utf8')) as JsonValue;
    } catch {
      return { error: { message: '' } };
    }
  }
}
