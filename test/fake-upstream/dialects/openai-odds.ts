/** Odds of tokens as OpenAI's chat and Responses tell them, and Ollama after them (protocols 2.1, 2.11, 5). */
import type { JsonObject } from '../json.ts';
import type { Odds } from '../odds.ts';

export function tokenObject({ token, logprob, likeliest }: Odds): JsonObject {
  return { ...likely({ token, logprob }), top_logprobs: likeliest.map(likely) };
}

function likely({ token, logprob }: Pick<Odds, 'token' | 'logprob'>): JsonObject {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

/** The switch and the number of chat, and of Ollama. */
export function alternativesIn({ logprobs, top_logprobs }: JsonObject): { alternatives?: number } {
  if (logprobs !== true) return {};
  return { alternatives: typeof top_logprobs === 'number' ? top_logprobs : 0 };
}
