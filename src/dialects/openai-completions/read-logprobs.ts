import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readCount } from '../openai-family/request-fields.ts';

/** Not a switch, but how many alternatives there shall be; 0 asks for the odds of the tokens themselves. */
export function readLogprobs(body: JsonObject): GenerationCall['logprobs'] {
  const alternatives = readCount(body, 'logprobs', 0);
  return alternatives === undefined ? undefined : { alternatives };
}
