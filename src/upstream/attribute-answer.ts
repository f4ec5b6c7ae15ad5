import type { HeardError } from '../dialects/dialect.ts';
import { type ErrorCode, GatewayError } from '../model/gateway-error.ts';
import type { Secret } from '../model/secret.ts';
import { codeOfMeaning, wordsOf } from './backend-failure.ts';
import { scrubWords } from './scrub-words.ts';
import type { AnswerHeaders } from './send.ts';

/** A backend's answer with a status that is no success. */
export interface Refusal {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** What the body said, if it was an error this dialect can read. */
  readonly said: HeardError | undefined;
  /** The key sent along, so that it can be struck out of whatever the backend says about it. */
  readonly key: Secret | undefined;
  /** Wall time, for a `retry-after` that is a date. */
  readonly nowMs: number;
}

/**
 * What a backend's refusal means, and whose doing it was (protocols 10.9). A backend that refuses *our* key is
 * our failure, never the client's 401: it would throw its own key away.
 */
export function attributeAnswer(refusal: Refusal): GatewayError {
  const { status, said } = refusal;
  if (status === 401 || status === 403 || said?.meaning === 'bad-key') return refusedOurKey(status);
  const words = scrubWords(said?.message ?? '', refusal.key);
  const code = said?.meaning === undefined ? codeOf(status, words) : codeOfMeaning(said.meaning);
  const isWorthWaiting = status === 429 || status >= 500;
  return new GatewayError(code, sentenceOf(status, words), {
    backendStatus: status,
    param: said?.param,
    ...(code === 'invalid_request' && said !== undefined ? wordsOf(said, refusal.key) : {}),
    retryAfterMs: isWorthWaiting
      ? (retryAfterMs(refusal.headers, refusal.nowMs) ?? said?.retryAfterMs)
      : undefined,
  });
}

function refusedOurKey(status: number): GatewayError {
  return new GatewayError(
    'upstream_error',
    `The backend refused the key Sluice sent it (status ${status}); the operator must check its api_key.`,
    { backendStatus: status, isWorthRetrying: false },
  );
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  404: 'model_not_found',
  408: 'upstream_timeout',
  413: 'body_too_large',
  415: 'invalid_request',
  422: 'invalid_request',
  429: 'rate_limited',
  501: 'operation_not_supported',
  504: 'upstream_timeout',
  529: 'no_healthy_backend',
};

function codeOf(status: number, words: string): ErrorCode {
  const code = codes[status];
  if (code !== undefined) return code;
  if (status === 503) return /loading/i.test(words) ? 'model_loading' : 'no_healthy_backend';
  if (status < 400 || status > 599) return 'upstream_bad_response';
  return 'upstream_error';
}

function sentenceOf(status: number, words: string): string {
  if (status < 400 || status > 599)
    return `The backend answered with status ${status}, which is no answer to this request.`;
  if (words === '') return `The backend answered with status ${status} and no explanation.`;
  return words;
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date; nonsense and the past are undefined. */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number): number | undefined {
  const exact = Number(headers['retry-after-ms']);
  if (Number.isFinite(exact) && exact > 0) return exact;
  const text = headers['retry-after'];
  if (typeof text !== 'string') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds > 0 ? seconds * 1000 : undefined;
  const date = Date.parse(text);
  return Number.isFinite(date) && date > nowMs ? date - nowMs : undefined;
}
