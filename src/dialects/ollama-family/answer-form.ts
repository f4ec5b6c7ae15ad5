import type { JsonObject } from '../../model/json.ts';
import type { WireSaid } from './wire.ts';

/** What chat and generate say differently: where in an answer stands what the model wrote. */
export interface AnswerForm {
  /** The members `content`, `thinking` and `tool_calls` of an answer, wherever it keeps them; undefined if it says nothing. */
  saidIn(answer: JsonObject): JsonObject | undefined;
  /** The members of an answer that says this. */
  members(said: WireSaid): JsonObject;
}
