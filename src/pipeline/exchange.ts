import type { Address, Dialect } from '../dialects/dialect.ts';
import type { Departure } from '../model/departure.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { Secret } from '../model/secret.ts';
import type { SentFile } from '../model/sent-file.ts';
import type { StreamedBody } from '../upstream/send.ts';
import type { Tap } from './tap.ts';

/**
 * One request of a client and the answer to it, as the pipeline sees them: no sockets, no web framework. The
 * server implements it over HTTP; tests may implement it over arrays.
 *
 * The last bytes of an answer are kept back until `finish`, which the pipeline calls when the ledger has the
 * entry: what a client has received whole is never lost (contract 6.4).
 */
export interface Exchange {
  readonly requestId: string;
  /** The dialect of the surface that was asked; errors are told in it, too. */
  readonly dialect: Dialect;
  /** Where it was asked: some dialects put a part of the question there. */
  readonly address: Address;
  readonly method: string;
  /** The route's template, without a query: what may stand in a log. */
  readonly path: string;
  readonly clientIp: string;
  readonly departure: Departure;
  /** Where the client found this gateway, for links it is given: `https://gateway.example`. */
  readonly ownOrigin: string;
  /** W3C trace context, to be passed on. */
  readonly traceparent: string | undefined;
  /** A header of the client's, by its lower-case name, if it came once. */
  header(name: string): string | undefined;
  /** The API key sent along, wherever it stood. Throws `invalid_key` if two different ones were sent. */
  apiKey(): Secret | undefined;
  /** Could this request have been made by a web page of somebody else's? Then it needs a key. */
  readonly isCrossSite: boolean;

  /** Hears what the client is sent, for an app that wants its answers traced. */
  tap: Tap | undefined;

  /** The whole body, decompressed. Throws `body_too_large`, `unsupported_encoding`, `invalid_request`, `client_left`. */
  readBody(): Promise<Buffer>;
  /** The whole body where it is a form; undefined if it is none. Throws as `readBody` does. Whoever gets it closes it. */
  readForm(): Promise<Form> | undefined;

  /** Sends status 200 and the head of a stream; from now on failures are told in band. */
  startStream(head: AnswerHead): void;
  readonly hasStarted: boolean;
  /**
   * A sign of life while a stream waits for its turn, before the answer has begun; the first one takes the head along.
   * What fails from now on is told in band.
   */
  keepWaiting(head: AnswerHead, sign: string): void;
  /** Sends bytes of the stream. */
  write(bytes: Buffer | string): void;
  /** How often that was done. */
  readonly writes: number;
  /** So much is waiting for a slow client that the backend should be paused; then `onCaughtUp` will call. */
  readonly isBehind: boolean;
  onCaughtUp(listener: () => void): void;
  /** The last bytes of a stream, sent by `finish`. */
  holdLast(bytes: Buffer | string): void;

  /** A whole answer, sent by `finish`. */
  answerWhole(head: AnswerHead, body: Buffer): void;
  /**
   * A refusal or failure before the first byte: status and error body of the dialect, sent by `finish`. `at`: where it
   * happened, if a backend had been chosen.
   */
  fail(error: GatewayError, at?: AnswerPlace): void;

  /** Sends what was kept back and ends the answer. */
  finish(): void;
}

/** A form that has come in whole; its files are kept where they cost no memory. */
export interface Form {
  readonly contentType: string;
  /** In bytes. */
  readonly length: number;
  /** Its text fields, and its files by what they are called. */
  readonly body: JsonObject;
  /** The files of a field, in their order. */
  files(field: string): readonly SentFile[];
  /** Its bytes, with another model in them if one is given. */
  withModel(model: string | undefined): StreamedBody;
  close(): void;
}

/** How a call waited for its turn. */
export interface Waited {
  readonly queueMs: number;
  /** How many waited when it came, itself among them; only of one that had to wait. */
  readonly queuePosition?: number | undefined;
  /** How long its model took to load, if that was done for it. */
  readonly loadMs?: number | undefined;
}

/** Who gives an answer, and how it waited for its turn. */
export interface AnswerPlace extends Waited {
  readonly backend: string;
  readonly model: string;
}

/** hit: it was given before. miss: it might have been. bypass: nobody looked. */
export type CacheOutcome = 'hit' | 'miss' | 'bypass';

/** What is told about an answer in its headers. */
export interface AnswerHead extends AnswerPlace {
  readonly cache: CacheOutcome;
  readonly contentType: string;
  /** Further headers, the backend's that may pass and what a translation gave up: names and values in turn. */
  readonly others: readonly string[];
}
