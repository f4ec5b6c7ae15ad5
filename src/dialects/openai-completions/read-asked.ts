import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel, readStreamUsageWish, readTokensMax } from '../openai-family/asked-fields.ts';
import { readBoolean, readCount, readString } from '../openai-family/request-fields.ts';
import { promptCount, readPrompt } from './prompt.ts';

/** What routing and policy need of a completions request. */
export function readAsked(body: JsonObject, address: Address): Asked {
  return {
    operation: 'completions',
    model: readModel(body, address),
    isStream: readBoolean(body, 'stream'),
    wantsStreamUsage: readStreamUsageWish(body),
    outputTokensMax: readTokensMax(body, 'max_tokens'),
    choices: promptCount(readPrompt(body)) * writtenPerPrompt(body),
    sessionKey: readString(body, 'prompt_cache_key') || undefined,
  };
}

/** With `best_of` the backend writes, and bills, more answers than it shows. */
function writtenPerPrompt(body: JsonObject): number {
  return Math.max(readCount(body, 'n', 1) ?? 1, readCount(body, 'best_of', 0) ?? 1);
}
