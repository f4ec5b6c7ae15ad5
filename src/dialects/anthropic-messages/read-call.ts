import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readQuestion } from '../anthropic-family/read-question.ts';
import type { Reading } from '../dialect.ts';

export function readCall(body: JsonObject, reading: Reading): GenerationCall {
  return readQuestion(body, reading.warnings);
}
