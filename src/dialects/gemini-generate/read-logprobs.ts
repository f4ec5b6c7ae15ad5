import type { TokenLogprob, TokenOdds } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import { readLogprob } from '../logprobs-family/read-tokens.ts';

/** The tokens that were chosen, one by one, and beside each the likeliest of its place. */
export function readLogprobs(candidate: JsonObject): TokenLogprob[] {
  const result = objectMember(candidate, 'logprobsResult');
  if (result === undefined) return [];
  const tops = arrayMember(result, 'topCandidates') ?? [];
  return (arrayMember(result, 'chosenCandidates') ?? []).flatMap((chosen, at) =>
    readOdds(chosen).map((odds) => ({ ...odds, alternatives: readTop(tops[at]) })),
  );
}

function readTop(top: JsonValue | undefined): TokenOdds[] {
  return isJsonObject(top) ? (arrayMember(top, 'candidates') ?? []).flatMap(readOdds) : [];
}

/** Google's JSON leaves out what is empty or 0, and 0 is how certain a token is that could not have been another. */
function readOdds(wire: JsonValue): TokenOdds[] {
  if (!isJsonObject(wire)) return [];
  const { token = '', logProbability = 0 } = wire;
  const logprob = readLogprob(logProbability);
  return typeof token === 'string' && logprob !== undefined ? [{ token, logprob }] : [];
}
