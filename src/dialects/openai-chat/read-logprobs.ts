import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readBoolean, readCount } from '../openai-family/request-fields.ts';

/** `logprobs` switches them on, `top_logprobs` says how many alternatives there shall be. */
export function readLogprobs(body: JsonObject): GenerationCall['logprobs'] {
  const alternatives = readCount(body, 'top_logprobs', 0) ?? 0;
  return readBoolean(body, 'logprobs') ? { alternatives } : undefined;
}
