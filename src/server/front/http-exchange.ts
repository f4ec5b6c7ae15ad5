import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DaemonConfig } from '../../config/config.ts';
import type { Address, Dialect } from '../../dialects/dialect.ts';
import { Departure } from '../../model/departure.ts';
import { boundaryOf } from '../../model/form-outline.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { Enrolled } from '../../model/roster.ts';
import type { Secret } from '../../model/secret.ts';
import type { AnswerHead, AnswerPlace, Exchange, Form } from '../../pipeline/exchange.ts';
import type { Tap } from '../../pipeline/tap.ts';
import { guardHeaders } from '../guard-headers.ts';
import { readApiKey } from './api-key.ts';
import type { CrossOrigin } from './cors.ts';
import { errorHeaders } from './error-headers.ts';
import { ownOrigin } from './own-origin.ts';
import { discardRest, readBody } from './read-body.ts';
import { readForm } from './read-form.ts';
import { isCrossSite } from './strangers-page.ts';
import { queryValue } from './url-parts.ts';

/** What the front has found out about a request before the pipeline sees it. */
export interface RequestFacts {
  readonly requestId: string;
  readonly address: Address;
  readonly clientIp: string;
  /** What CORS makes of it, and the headers every answer must carry for that. */
  readonly origin: CrossOrigin;
  /** It came through a proxy whose words about it are believed. */
  readonly isProxied: boolean;
}

/** Between a backend and a slow client at most so much is kept; then the backend is paused. */
const BEHIND_BYTES = 256 * 1024;

/** A large answer goes out in pieces: only between them can a slow client be seen to get on. */
const PIECE_BYTES = 64 * 1024;

/**
 * An exchange over HTTP. It writes to the raw response: bytes in, bytes out (measured: re-serialising through
 * the framework would halve the throughput).
 */
export class HttpExchange implements Exchange, Enrolled {
  rosterIndex = -1;
  readonly dialect: Dialect;
  readonly departure = new Departure();
  readonly requestId: string;
  readonly address: Address;
  readonly clientIp: string;
  hasStarted = false;
  writes = 0;
  tap: Tap | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #limits: DaemonConfig['limits'];
  readonly #origin: CrossOrigin;
  readonly #isProxied: boolean;
  #last: Buffer | string | undefined;
  #isBroken = false;
  #onCaughtUp: (() => void) | undefined;
  /** For the minder of slow clients: bytes the socket had sent when it last looked, and when that changed. */
  sentBytes = 0;
  stalledSinceMs = 0;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    dialect: Dialect,
    facts: RequestFacts,
    limits: DaemonConfig['limits'],
  ) {
    this.#request = request;
    this.#response = response;
    this.dialect = dialect;
    this.requestId = facts.requestId;
    this.address = facts.address;
    this.clientIp = facts.clientIp;
    this.#origin = facts.origin;
    this.#isProxied = facts.isProxied;
    this.#limits = limits;
    response.on('close', () => {
      if (!response.writableFinished) this.departure.leave();
      this.onClosed?.(this);
    });
  }

  /** Called once when the connection or the answer has ended. */
  onClosed: ((exchange: HttpExchange) => void) | undefined;

  /** Worked out only when somebody without a key asks: headers are cut up for it. */
  get isCrossSite(): boolean {
    return isCrossSite(this.#request.headers, this.#request.socket, this.#origin);
  }

  /** Worked out only for an answer that holds a link. */
  get ownOrigin(): string {
    return ownOrigin(this.#request, this.#isProxied);
  }

  /** The template: it holds neither a model's name nor a query. */
  get path(): string {
    return this.address.route;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === 'string' ? value : undefined;
  }

  get method(): string {
    return this.#request.method ?? 'POST';
  }

  get traceparent(): string | undefined {
    const value = this.#request.headers['traceparent'];
    return typeof value === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)
      ? value
      : undefined;
  }

  apiKey(): Secret | undefined {
    const { queryKey } = this.dialect;
    const keyInQuery = queryKey === undefined ? undefined : queryValue(this.address.query, queryKey);
    return readApiKey(this.#request.headers, keyInQuery);
  }

  readBody(): Promise<Buffer> {
    return readBody(this.#request, this.#limits, this.departure);
  }

  readForm(): Promise<Form> | undefined {
    const boundary = boundaryOf(this.#request.headers['content-type']);
    if (boundary === undefined) return undefined;
    return readForm(this.#request, boundary, this.#limits, this.departure);
  }

  keepWaiting(head: AnswerHead, sign: string): void {
    if (!this.#response.headersSent) this.#sendStreamHead(head);
    this.#response.write(sign);
  }

  startStream(head: AnswerHead): void {
    this.hasStarted = true;
    if (!this.#response.headersSent) this.#sendStreamHead(head);
  }

  #sendStreamHead(head: AnswerHead): void {
    const headers = this.#headersFor(head);
    headers.push('cache-control', 'no-cache, no-transform', 'x-accel-buffering', 'no');
    this.#response.writeHead(200, headers);
  }

  write(bytes: Buffer | string): void {
    this.writes++;
    this.tap?.take(bytes);
    this.#response.write(bytes);
  }

  get isBehind(): boolean {
    return this.#response.writableLength > BEHIND_BYTES;
  }

  onCaughtUp(listener: () => void): void {
    this.#onCaughtUp = listener;
    this.#response.once('drain', this.#caughtUp);
  }

  holdLast(bytes: Buffer | string): void {
    this.tap?.take(bytes);
    this.#last = bytes;
  }

  answerWhole(head: AnswerHead, body: Buffer): void {
    this.tap?.take(body);
    const headers = this.#headersFor(head);
    headers.push('cache-control', 'no-store', 'content-length', String(body.length));
    this.#response.writeHead(200, headers);
    this.#last = body;
  }

  /** Begun answers tell failures themselves; one that did not must at least not end as if it were whole. */
  fail(error: GatewayError, at?: AnswerPlace): void {
    if (this.hasStarted) {
      this.#isBroken = true;
      return;
    }
    if (this.#response.headersSent) {
      this.#last = this.dialect.streamListener?.().errorFrames(error);
      return;
    }
    const body = Buffer.from(JSON.stringify(this.dialect.writeError(error, this.requestId)));
    const headers = [
      'content-type',
      'application/json; charset=utf-8',
      'content-length',
      String(body.length),
    ];
    headers.push(
      'x-request-id',
      this.requestId,
      'request-id',
      this.requestId,
      ...(at === undefined ? [] : placeHeaders(at)),
      ...errorHeaders(error, this.dialect),
      ...this.#origin.headers,
      ...guardHeaders(this.#request),
    );
    if (error.code === 'shutting_down') headers.push('connection', 'close');
    if (!this.#request.complete) discardRest(this.#request, this.#limits);
    this.#response.writeHead(this.dialect.errorStatus?.(error) ?? error.status, headers);
    this.#last = body;
  }

  finish(): void {
    if (this.#response.writableEnded) return;
    const last = this.#last;
    const isGone = this.#response.destroyed || !this.departure.isClientThere;
    if (isGone || this.#isBroken) this.#response.destroy();
    else if (typeof last === 'object' && last.length > PIECE_BYTES) this.#endInPieces(last, 0);
    else this.#response.end(last);
  }

  #endInPieces(bytes: Buffer, from: number): void {
    let at = from;
    while (at + PIECE_BYTES < bytes.length) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      at += PIECE_BYTES;
      if (this.#response.write(piece)) continue;
      this.#response.once('drain', () => this.#endInPieces(bytes, at));
      return;
    }
    this.#response.end(bytes.subarray(at));
  }

  /**
   * Has the client read nothing for `patienceMs` though something waits for it? Called by the minder about
   * once a second (timeouts.slow_client_s).
   */
  isStalled(nowMs: number, patienceMs: number): boolean {
    const sent = this.#response.socket?.bytesWritten ?? 0;
    if (this.#response.writableLength === 0 || sent !== this.sentBytes) {
      this.sentBytes = sent;
      this.stalledSinceMs = nowMs;
      return false;
    }
    return nowMs - this.stalledSinceMs >= patienceMs;
  }

  /** Cuts the client off. */
  destroy(): void {
    this.#response.destroy();
  }

  readonly #caughtUp = (): void => {
    const listener = this.#onCaughtUp;
    this.#onCaughtUp = undefined;
    listener?.();
  };

  #headersFor(head: AnswerHead): string[] {
    return [
      'content-type',
      head.contentType,
      'x-request-id',
      this.requestId,
      'request-id',
      this.requestId,
      ...placeHeaders(head),
      'x-sluice-cache',
      head.cache,
      ...head.others,
      ...this.#origin.headers,
      ...guardHeaders(this.#request),
    ];
  }
}

function placeHeaders({ backend, model, queueMs, queuePosition, loadMs }: AnswerPlace): string[] {
  const headers = [
    'x-sluice-backend',
    backend,
    'x-sluice-model',
    headerText(model),
    'x-sluice-queue-ms',
    String(Math.round(queueMs)),
  ];
  if (queuePosition !== undefined) headers.push('x-sluice-queue-position', String(queuePosition));
  if (loadMs !== undefined) headers.push('x-sluice-model-load-ms', String(Math.round(loadMs)));
  return headers;
}

/** A model's name may hold anything, half a surrogate pair included; a header may not. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return encodeURIComponent(Buffer.from(text).toString());
}
