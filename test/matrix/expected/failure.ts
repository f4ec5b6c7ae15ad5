/** Failures, as each client must be told of them. */
import { differs, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import type { Check } from './check.ts';

/** What a client is told of one kind of failure, in each envelope (protocols 10.9, contract 5). */
export interface Failure {
  readonly status: number;
  readonly openAi: readonly [type: string, code: string];
  readonly anthropic: string;
  readonly gemini: string;
}

export const WRONG: Failure = {
  status: 400,
  openAi: ['invalid_request_error', ''],
  anthropic: 'invalid_request_error',
  gemini: 'INVALID_ARGUMENT',
};
export const BROKEN: Failure = {
  status: 502,
  openAi: ['server_error', 'upstream_error'],
  anthropic: 'api_error',
  gemini: 'UNAVAILABLE',
};
export const UNKNOWN: Failure = {
  status: 404,
  openAi: ['invalid_request_error', 'model_not_found'],
  anthropic: 'not_found_error',
  gemini: 'NOT_FOUND',
};
export const LIMITED: Failure = {
  status: 429,
  openAi: ['rate_limit_error', 'rate_limited'],
  anthropic: 'rate_limit_error',
  gemini: 'RESOURCE_EXHAUSTED',
};
export const OVERLOADED: Failure = {
  status: 503,
  openAi: ['server_error', 'no_healthy_backend'],
  anthropic: 'overloaded_error',
  gemini: 'UNAVAILABLE',
};

export function failsAs(told: Told, { front }: Cell, failure: Failure): string[] {
  const { error } = told;
  const head = differs('status', told.status, failure.status);
  if (error === undefined) return [...head, 'no error in the envelope of the client'];
  if (front.family === 'ollama') return [...head, ...unless(error.message !== '', 'no words')];
  if (front.family === 'anthropic') return [...head, ...differs('type', error.word, failure.anthropic)];
  if (front.family === 'gemini') return [...head, ...differs('status word', error.word, failure.gemini)];
  const [type, code] = failure.openAi;
  return [
    ...head,
    ...differs('type', error.word, type),
    ...(code === '' ? [] : differs('code', error.code, code)),
  ];
}

/** Refused by name, and before the backend was asked. */
export function unsupported(param: string): Check {
  return (told, cell) => {
    const { error } = told;
    const isNamed = error?.param === param || error?.message.includes(param) === true;
    const isFirst = cell.front.family !== 'anthropic' || error?.message.startsWith(param) === true;
    return [
      ...failsAs(told, cell, { ...WRONG, openAi: ['invalid_request_error', 'unsupported_parameter'] }),
      ...unless(isNamed && isFirst, `${param} is not named: ${error?.message}`),
      ...unless(cell.arrived.length === 0, 'the backend was asked all the same'),
    ];
  };
}
