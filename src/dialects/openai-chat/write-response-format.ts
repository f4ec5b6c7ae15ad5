import type { ResponseFormat } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/** A schema where the server knows schemas; free text is what comes anyway. */
export function writeResponseFormat(
  format: ResponseFormat | undefined,
  { quirks, warnings }: Writing,
): JsonObject {
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json-object') return { response_format: { type: 'json_object' } };
  if (quirks.jsonSchema) return { response_format: { type: 'json_schema', json_schema: schemaOf(format) } };
  warnings.refuse(
    'response_format',
    'This backend cannot hold an answer to a JSON schema; ask for "json_object" and say in the prompt what it shall hold.',
  );
  return {};
}

function schemaOf({
  name,
  description,
  schema,
  strict,
}: Extract<ResponseFormat, { type: 'json-schema' }>): JsonObject {
  return withoutUndefined({ name, description, schema, strict });
}
