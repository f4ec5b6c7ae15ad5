import { frame } from '../frames.ts';
import type { Json } from '../json.ts';
import type { FailureWords } from '../operation.ts';

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const RETRY_INFO = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.4s' };

export const geminiFailure: FailureWords = {
  envelope,
  frame: (status, message) => frame(envelope(status, message)),
  tooLong: ({ tokens, tokensMax }) =>
    envelope(
      400,
      `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${tokensMax}).`,
    ),
};

function envelope(code: number, message: string): Json {
  const status = STATUS_NAMES[code] ?? (code < 500 ? 'FAILED_PRECONDITION' : 'INTERNAL');
  return { error: { code, message, status, ...(code === 429 ? { details: [RETRY_INFO] } : {}) } };
}
