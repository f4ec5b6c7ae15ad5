import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

/** The form of the answer (protocols 10.5): Cohere knows JSON, with a schema or without. */
export function writeResponseFormat(call: GenerationCall, writing: Writing): JsonObject | undefined {
  const format = call.responseFormat;
  if (format === undefined || format.type === 'text') return undefined;
  if (call.tools.length > 0) {
    writing.warnings.refuse('response_format', 'The backend gives no structured output beside tools.');
    return undefined;
  }
  if (format.type === 'json-object') return { type: 'json_object' };
  if (writing.quirks.jsonSchema && isJsonObject(format.schema)) {
    return { type: 'json_object', json_schema: format.schema };
  }
  writing.warnings.refuse('response_format', 'The backend cannot follow this JSON schema.');
  return undefined;
}
