/** Responses says of a failure in the middle first what it was, then that the response has failed. */
import { type Frame, frame } from '../frames.ts';
import { objectIn, parseObject } from '../json.ts';
import type { FailureWords } from '../operation.ts';
import { errorObject, openaiFailure } from './openai-failure.ts';

const TOO_LONG = {
  message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  type: 'invalid_request_error',
  param: 'input',
  code: 'context_length_exceeded',
};

export const responsesFailure: FailureWords = {
  ...openaiFailure,
  frame: (status, message, sequence_number) => {
    const { type, code, param } = objectIn(errorObject(status, message));
    const error = { type, code, message, param };
    return frame({ type: 'error', sequence_number, error }, { event: 'error' });
  },
  farewell,
  tooLong: (length, style) =>
    style === 'vllm' || style === 'llama.cpp'
      ? (openaiFailure.tooLong?.(length, style) ?? {})
      : { error: TOO_LONG },
};

function farewell(opening: Frame, failed: Frame, sequence_number: number): Frame {
  const { response } = parseObject(opening.data);
  const { code, message } = objectIn(parseObject(failed.data).error);
  const error = { code: code ?? 'server_error', message };
  const type = 'response.failed';
  return frame(
    { type, sequence_number, response: { ...objectIn(response), status: 'failed', error } },
    { event: type },
  );
}
