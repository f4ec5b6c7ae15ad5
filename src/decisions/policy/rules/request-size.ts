import { GatewayError, type TooLong } from '../../../model/gateway-error.ts';

/**
 * How long a question and its answer may be (row 001-39), whatever the dialect. Tokens of a question are an estimate,
 * for nobody but the backend counts them, and it is not asked.
 */

/**
 * So many tokens an answer may have at most; undefined = nobody limits it. What a model can write is a fact and no
 * wish of the operator: it lowers what was asked or allowed, but where nobody named a number, none is made up of it.
 */
export function largestOutput(
  allowed: number | undefined,
  modelMax: number | undefined,
  asked: number | undefined,
): number | undefined {
  if (modelMax === undefined) return allowed;
  if (allowed !== undefined) return Math.min(allowed, modelMax);
  return asked !== undefined && asked > modelMax ? modelMax : undefined;
}

/** The refusal of a question longer than its app may send, or nothing. `param`: what the client calls the question. */
export function inputOfApp(max: number, tokens: number, param: string): GatewayError | undefined {
  return tokens <= max ? undefined : tooLong({ tokens, max }, param, 'this app (quota.max_input_tokens)');
}

/** The refusal of a question longer than any backend takes that might be asked. `most`: what the largest of them takes. */
export function inputOfModel(most: TooLong, param: string): GatewayError {
  return tooLong(most, param, 'this model (its max_input_tokens)');
}

/** In words by which clients know that they should shorten their talk (protocols 10.9). */
function tooLong({ tokens, max }: TooLong, param: string, whose: string): GatewayError {
  return new GatewayError(
    'invalid_request',
    `The maximum context length is ${max} tokens for ${whose}; this request comes to about ${tokens} tokens. Shorten it and send it again.`,
    { param, tooLong: { tokens, max }, backendCode: 'context_length_exceeded' },
  );
}
