import { frame } from '../frames.ts';
import type { Json } from '../json.ts';
import type { FailureWords } from '../operation.ts';

const CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
  503: 'server_overloaded',
};

export const openaiFailure: FailureWords = {
  envelope: (status, message) => ({ error: errorObject(status, message) }),
  frame: (status, message) => frame({ error: errorObject(status, message) }),
};

export function errorObject(status: number, message: string): Json {
  return { message, type: errorType(status), param: null, code: CODES[status] ?? null };
}

function errorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  if (status === 401) return 'authentication_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
