import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';

/** What nudges the choice of words, held inside the ranges that Cohere takes (protocols 7, 11). */
export function writeSampling(call: GenerationCall, { warnings }: Writing): JsonObject {
  if (call.minP !== undefined) warnings.dropped('min_p');
  return {
    temperature: call.temperature,
    p: writeP(call.topP, warnings),
    k: within(call.topK, [0, 500], 'top_k', warnings),
    seed: call.seed,
    frequency_penalty: within(call.frequencyPenalty, [0, 1], 'frequency_penalty', warnings),
    presence_penalty: within(call.presencePenalty, [0, 1], 'presence_penalty', warnings),
    logprobs: writeLogprobs(call, warnings),
  };
}

const P_MAX = 0.99;

/** 1 is how everybody says "all of them"; Cohere has no such number, and its highest does the same. */
function writeP(topP: number | undefined, warnings: Warnings): number | undefined {
  if (topP !== undefined && topP > P_MAX && topP <= 1) return P_MAX;
  return within(topP, [0.01, P_MAX], 'top_p', warnings);
}

function within(
  value: number | undefined,
  [min, max]: readonly [number, number],
  param: string,
  warnings: Warnings,
): number | undefined {
  if (value === undefined || (value >= min && value <= max)) return value;
  warnings.changed(param, 'out_of_range');
  return Math.min(Math.max(value, min), max);
}

function writeLogprobs({ logprobs }: GenerationCall, warnings: Warnings): true | undefined {
  if (logprobs === undefined) return undefined;
  if (logprobs.alternatives > 0) {
    warnings.refuse(
      'top_logprobs',
      'The backend tells no alternatives to its tokens; leave out "top_logprobs".',
    );
  }
  return true;
}
