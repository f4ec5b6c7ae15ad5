import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { fitJsonSchema } from './json-schema-fit.ts';
import { modelTraits } from './model-traits.ts';
import { schemaSubset } from './schema-subset.ts';

const JSON_TYPE = 'application/json';

/** What the answer shall look like (protocols 10.5). Models before the third generation take no schema beside tools. */
export function writeResponseFormat(call: GenerationCall, warnings: Warnings): JsonObject {
  const format = call.responseFormat;
  if (format === undefined || format.type === 'text') return {};
  if (call.tools.length > 0 && !modelTraits(call.model).takesSchemaWithTools) {
    warnings.refuse(
      'response_format',
      'This model takes "response_format" and "tools" only one at a time; leave one of them out.',
    );
    return {};
  }
  if (format.type === 'json-object') return { responseMimeType: JSON_TYPE };
  return { responseMimeType: JSON_TYPE, ...writeSchema(call.model, format.schema, warnings) };
}

function writeSchema(model: string, schema: JsonValue, warnings: Warnings): JsonObject {
  if (!isJsonObject(schema) || Object.keys(schema).length === 0) return {};
  const param = 'response_format.json_schema.schema';
  return modelTraits(model).takesJsonSchema
    ? { responseJsonSchema: fitJsonSchema(schema, param, warnings) }
    : { responseSchema: schemaSubset(schema, param, warnings) };
}
