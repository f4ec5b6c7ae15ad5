import type { TokenLogprob } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { type WireOdds, writeTokens } from '../logprobs-family/write-tokens.ts';

/** As chat writes them, but bytes that are not known are an empty list, where chat has null. */
export function writeLogprobs(tokens: readonly TokenLogprob[]): JsonObject[] {
  return writeTokens(tokens).map(({ top_logprobs, ...odds }) => ({
    ...withBytes(odds),
    top_logprobs: top_logprobs.map(withBytes),
  }));
}

function withBytes({ bytes, ...odds }: WireOdds): JsonObject {
  return { ...odds, bytes: bytes ?? [] };
}
