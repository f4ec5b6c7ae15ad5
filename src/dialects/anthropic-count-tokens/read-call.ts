import type { CountCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readQuestion } from '../anthropic-family/read-question.ts';
import type { Reading } from '../dialect.ts';

/** A limit on the answer says nothing here; some clients send the whole body they are about to ask with. */
export function readCall(body: JsonObject, reading: Reading): CountCall {
  const of = readQuestion({ ...body, max_tokens: undefined }, reading.warnings);
  return { kind: 'count', model: of.model, of };
}
