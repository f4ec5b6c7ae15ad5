import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { stableHash } from '../../model/stable-hash.ts';
import type { Writing } from '../dialect.ts';

/** OpenAI takes no more stop texts (protocols 10.5). */
const STOPS_MAX = 4;

/** What chat and completions have in common: how the next token is chosen, when to stop, how many answers. */
export function writeSampling(call: GenerationCall, writing: Writing): JsonObject {
  return {
    temperature: call.temperature,
    top_p: call.topP,
    ...vendorSampling(call, writing),
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    seed: seed(call, writing),
    stop: stop(call, writing),
    n: choices(call, writing),
    user: shortUser(call.user),
  };
}

/** The limit on written tokens, never above what the model is known to write. */
export function tokensMax(
  call: GenerationCall,
  { outputTokensMax: most, warnings }: Writing,
): number | undefined {
  const wanted = call.outputTokensMax;
  if (wanted === undefined || most === undefined || wanted <= most) return wanted;
  warnings.changed('max_tokens', 'limit_of_model');
  return most;
}

/** OpenAI takes 128 characters; a JSON object, as Claude Code sends, tells more of a person than a name should. */
function shortUser(user: string | undefined): string | undefined {
  if (user === undefined || (user.length <= 128 && !user.startsWith('{'))) return user;
  return `user_${stableHash(user, 14)}`;
}

function vendorSampling({ topK, minP }: GenerationCall, { quirks, warnings }: Writing): JsonObject {
  if (quirks.vendorSampling) return { top_k: topK, min_p: minP };
  if (topK !== undefined) warnings.dropped('top_k');
  if (minP !== undefined) warnings.dropped('min_p');
  return {};
}

function seed({ seed }: GenerationCall, { quirks, warnings }: Writing): number | undefined {
  if (seed === undefined || quirks.seed) return seed;
  warnings.dropped('seed');
  return undefined;
}

function stop({ stop }: GenerationCall, { warnings }: Writing): readonly string[] | undefined {
  if (stop.length === 0) return undefined;
  if (stop.length > STOPS_MAX) {
    warnings.refuse('stop', `This backend takes at most ${STOPS_MAX} stop texts; send fewer.`);
  }
  return stop.slice(0, STOPS_MAX);
}

function choices({ choices: wanted }: GenerationCall, { quirks, warnings }: Writing): number | undefined {
  if (wanted === 1) return undefined;
  if (quirks.choices) return wanted;
  warnings.refuse('n', 'This backend gives one answer at a time; send "n": 1, or one request for each.');
  return undefined;
}
