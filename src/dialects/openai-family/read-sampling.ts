import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readNumber, readStop } from './call-fields.ts';
import { readString } from './request-fields.ts';

/** The wire names of what `readSampling` reads. */
export const samplingNames: readonly string[] = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'user',
  'safety_identifier',
];

type Sampling = Pick<
  GenerationCall,
  'temperature' | 'topP' | 'topK' | 'minP' | 'seed' | 'frequencyPenalty' | 'presencePenalty' | 'stop' | 'user'
>;

/** How the next token is chosen and when to stop; `top_k` and `min_p` are vendors' own. Who asks is read here too. */
export function readSampling(body: JsonObject): Sampling {
  return {
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    minP: readNumber(body, 'min_p'),
    seed: readNumber(body, 'seed'),
    frequencyPenalty: readNumber(body, 'frequency_penalty'),
    presencePenalty: readNumber(body, 'presence_penalty'),
    stop: readStop(body),
    user: readString(body, 'safety_identifier') ?? readString(body, 'user'),
  };
}
