import type { TokenLogprob } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import { readLogprob, readTokens } from '../logprobs-family/read-tokens.ts';

/**
 * The log probabilities of a choice, or of a piece of one. Chat tells a list of tokens, completions lists of
 * their parts; but servers that copy OpenAI write now the one, now the other, whatever was asked.
 */
export function readChoiceLogprobs(choice: JsonObject): TokenLogprob[] {
  const logprobs = objectMember(choice, 'logprobs');
  if (logprobs === undefined) return [];
  return logprobs['content'] ? readTokens(logprobs['content']) : readColumns(logprobs);
}

/** `tokens`, `token_logprobs` and `top_logprobs`, one entry for each token. The first token of all may have no probability. */
function readColumns(logprobs: JsonObject): TokenLogprob[] {
  const probabilities = arrayMember(logprobs, 'token_logprobs') ?? [];
  const tops = arrayMember(logprobs, 'top_logprobs') ?? [];
  return (arrayMember(logprobs, 'tokens') ?? []).flatMap((token, at) => {
    const logprob = readLogprob(probabilities[at]);
    if (typeof token !== 'string' || logprob === undefined) return [];
    return [{ token, logprob, alternatives: readTop(tops[at]) }];
  });
}

function readTop(top: JsonValue | undefined): TokenLogprob['alternatives'] {
  if (!isJsonObject(top)) return [];
  return Object.entries(top).flatMap(([token, value]) => {
    const logprob = readLogprob(value);
    return logprob === undefined ? [] : [{ token, logprob }];
  });
}
