import type { CountCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { modelOf } from '../gemini-family/model-name.ts';
import { readGeneration } from '../gemini-family/read-generation.ts';
import { questionOf } from './question.ts';

export function readCall(body: JsonObject, { address, warnings }: Reading): CountCall {
  const model = modelOf(address) ?? '';
  const question = questionOf(body);
  return { kind: 'count', model, of: readGeneration(question.json, question.path, model, warnings) };
}
