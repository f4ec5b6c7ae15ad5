import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { WholeHeard } from '../dialect.ts';
import type { AnswerForm } from './answer-form.ts';
import { readOllamaError } from './error-envelope.ts';
import { loadTimeOf } from './load-time.ts';
import { readOllamaUsage } from './usage.ts';

/** What a whole answer says about itself; a 200 that says nothing is no answer. */
export function hearAnswer(answer: JsonValue, form: AnswerForm): WholeHeard {
  if (!isJsonObject(answer)) return { error: { message: "the backend's answer is not a JSON object" } };
  const usage = readOllamaUsage(answer);
  const error = readOllamaError(answer);
  if (error !== undefined) return { usage, error };
  if (form.saidIn(answer) !== undefined) return { usage, loadMs: loadTimeOf(answer) };
  return { usage, error: { message: "the backend's answer holds no message" } };
}
