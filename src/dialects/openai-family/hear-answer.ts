import { arrayMember, isJsonObject, type JsonValue } from '../../model/json.ts';
import type { WholeHeard } from '../dialect.ts';
import { usageObjectOf } from './chunk-usage.ts';
import { readOpenAiError } from './error-envelope.ts';
import { readOpenAiUsage } from './usage.ts';

/** What a whole chat or completions answer says about itself; a 200 without choices is no answer. */
export function hearAnswer(answer: JsonValue): WholeHeard {
  if (!isJsonObject(answer)) return { error: { message: "the backend's answer is not a JSON object" } };
  const usage = readOpenAiUsage(usageObjectOf(answer));
  const hasChoices = arrayMember(answer, 'choices') !== undefined;
  if (hasChoices && !answer['error']) return { usage };
  const error = readOpenAiError(answer) ?? { message: "the backend's answer has no choices" };
  return { usage, error };
}
