import type { ResponseFormat } from '../../model/call.ts';
import { isJsonObject, type JsonObject, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readString, wrongType } from '../openai-family/request-fields.ts';

export function readResponseFormat(body: JsonObject, warnings: Warnings): ResponseFormat | undefined {
  const format = body['response_format'];
  if (format === undefined || format === null) return undefined;
  if (!isJsonObject(format)) throw wrongType('response_format', 'an object');
  const type = readString(format, 'type');
  if (type === 'text') return { type };
  if (type === 'json_object') return readJsonObject(format);
  if (type === 'json_schema') return readJsonSchema(format['json_schema']);
  const sentence = '"response_format" must be of type "text", "json_object" or "json_schema" here.';
  warnings.refuse('response_format.type', sentence);
  return undefined;
}

/** llama.cpp and Together take the schema beside the type `json_object`. */
function readJsonObject(format: JsonObject): ResponseFormat {
  const schema = format['schema'];
  return isJsonObject(schema) ? { type: 'json-schema', name: 'output', schema } : { type: 'json-object' };
}

function readJsonSchema(spec: unknown): ResponseFormat {
  if (!isJsonObject(spec)) throw wrongType('response_format.json_schema', 'an object');
  const { name, schema, strict } = spec;
  return {
    type: 'json-schema',
    name: typeof name === 'string' ? name : 'output',
    schema: schema ?? {},
    description: stringMember(spec, 'description'),
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}
