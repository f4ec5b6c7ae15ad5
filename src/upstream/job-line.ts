import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../model/clock.ts';
import type { Answer, Ask } from '../providers/driver.ts';
import type { FormAsk } from '../providers/job.ts';
import { addHeaderOnce } from './add-header.ts';
import type { Backend } from './backend.ts';
import { boundedText, parsedText } from './bounded-answer.ts';
import { FormBody } from './form-body.ts';
import type { AnswerHeaders } from './send.ts';

/** Ten large pictures in base64, and then some. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const TOO_LONG = 'The answer is longer than any of its kind.';

/** An answer, and what stood above it: a refusal may tell there when to come again. */
export interface HeadedAnswer extends Answer {
  readonly headers: AnswerHeaders;
}

/** Asks a backend what a job wants asked, over the connections calls take and within the times calls have. */
export class JobLine {
  readonly #backend: Backend;
  readonly #pool: Dispatcher;
  readonly #fixedHeaders: readonly string[];
  readonly #root: string;

  /** @param requestId is sent along, so that the backend's log can be laid beside ours. */
  constructor(backend: Backend, pool: Dispatcher, requestId: string) {
    this.#backend = backend;
    this.#pool = pool;
    this.#fixedHeaders = ['accept', 'application/json', 'x-request-id', requestId, ...backend.fixedHeaders];
    this.#root = backend.basePath;
  }

  /** Rejects where there is no answer: no connection, too late, too long, aborted. Any status is an answer. */
  async ask(ask: Ask | FormAsk, signal: AbortSignal): Promise<HeadedAnswer> {
    const { method, path } = ask;
    const { firstByteMs, idleMs, totalMs } = this.#backend.timeouts;
    const { type, body, length } = await bodyOf(ask);
    const headers = [...this.#fixedHeaders];
    if (type !== undefined) addHeaderOnce(headers, 'content-type', type);
    if (length !== undefined) headers.push('content-length', String(length));
    const answer = await this.#pool.request({
      origin: this.#backend.origin as string,
      path: this.#root + path,
      method,
      headers,
      body,
      headersTimeout: firstByteMs,
      bodyTimeout: idleMs,
      signal: AbortSignal.any([signal, timeoutSignal(totalMs)]),
    });
    const text = await boundedText(answer.body, ANSWER_BYTES_MAX, TOO_LONG);
    return { status: answer.statusCode, headers: answer.headers, text, json: parsedText(text) };
  }
}

interface AskBody {
  readonly type?: string;
  readonly body: string | Readable | null;
  /** Of what is read while it is sent; undefined = it is told by the bytes. */
  readonly length?: number;
}

/** Throws `GatewayError` on a picture that is none. */
async function bodyOf(ask: Ask | FormAsk): Promise<AskBody> {
  if ('form' in ask) {
    const form = await FormBody.of(ask.form);
    return { type: form.contentType, body: form.open(), length: form.length };
  }
  return ask.body === undefined
    ? { body: null }
    : { type: 'application/json', body: JSON.stringify(ask.body) };
}
