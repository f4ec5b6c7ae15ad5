import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { WholeHeard } from '../dialect.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { wholeError } from './read-events.ts';

/** What a whole answer says about itself: its usage, and whether it is a failure that came with status 200. */
export function hearWhole(answer: JsonValue): WholeHeard {
  return {
    usage: readOpenAiUsage(isJsonObject(answer) ? answer['usage'] : undefined),
    error: wholeError(answer),
  };
}
