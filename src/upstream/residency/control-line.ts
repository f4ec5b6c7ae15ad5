import type { Dispatcher } from 'undici';
import { timeoutSignal } from '../../model/clock.ts';
import type { Answer, Ask } from '../../providers/driver.ts';
import { addHeaderOnce } from '../add-header.ts';
import type { Backend } from '../backend.ts';
import { boundedText, parsedText } from '../bounded-answer.ts';
import type { Patience } from './runtime.ts';

/** A question about memory is answered from memory. */
const ANSWER_WITHIN_MS = 5_000;
/** `/metrics` of a large server is the longest answer there is. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const TOO_LONG = 'its answer is longer than any of this kind';

/** Asks a runtime what its driver wants to know, over the connections calls take. */
export class ControlLine {
  readonly #backend: Backend;
  readonly #poolOf: () => Dispatcher;
  readonly #patience: Patience;
  readonly #root: string;

  /** @param poolOf is asked each time: a reload may have closed the pool of yesterday. */
  constructor(backend: Backend, poolOf: () => Dispatcher, patience: Patience) {
    this.#backend = backend;
    this.#poolOf = poolOf;
    this.#patience = patience;
    // What manages a runtime stands beside the version its API has in its path.
    this.#root = backend.basePath.replace(/\/v\d\w*$/, '');
  }

  /** Rejects where there is no answer: no connection, too late, too long, aborted. Any status is an answer. */
  async ask({ method, path, body, isLong }: Ask, signal: AbortSignal): Promise<Answer> {
    const withinMs = isLong === true ? this.#patience.loadMaxMs : ANSWER_WITHIN_MS;
    const { statusCode, body: answer } = await this.#poolOf().request({
      origin: this.#backend.origin as string,
      path: this.#root + path,
      method,
      headers: this.#headers(body !== undefined),
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: withinMs,
      bodyTimeout: withinMs,
      signal: AbortSignal.any([signal, timeoutSignal(withinMs)]),
    });
    const text = await boundedText(answer, ANSWER_BYTES_MAX, TOO_LONG);
    return { status: statusCode, text, json: parsedText(text) };
  }

  #headers(hasBody: boolean): string[] {
    const headers = [...this.#backend.lookUpHeaders];
    if (hasBody) addHeaderOnce(headers, 'content-type', 'application/json');
    return headers;
  }
}
