import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { modelOf } from '../gemini-family/model-name.ts';
import { readGeneration } from '../gemini-family/read-generation.ts';

export function readCall(body: JsonObject, { address, warnings }: Reading): GenerationCall {
  return readGeneration(body, '', modelOf(address) ?? '', warnings);
}
