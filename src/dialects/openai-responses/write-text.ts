import type { GenerationCall, ResponseFormat } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { fitsStrict } from './strict-schema.ts';

/** The form of the answer, and how wordy it shall be; free text is what comes unasked. */
export function writeText(call: GenerationCall, writing: Writing): JsonObject | undefined {
  const format = writeFormat(call.responseFormat, writing);
  const { verbosity } = call;
  return format === undefined && verbosity === undefined
    ? undefined
    : withoutUndefined({ format, verbosity });
}

function writeFormat(
  format: ResponseFormat | undefined,
  { quirks, warnings }: Writing,
): JsonObject | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json-object') return { type: 'json_object' };
  if (quirks.jsonSchema) return writeSchema(format, warnings);
  warnings.refuse('response_format', 'This backend cannot write by a JSON schema; ask for "json_object".');
  return undefined;
}

function writeSchema(
  { name, schema, description, strict }: Extract<ResponseFormat, { type: 'json-schema' }>,
  warnings: Warnings,
): JsonObject {
  const isTooLoose = strict === true && !fitsStrict(schema);
  if (isTooLoose) warnings.changed('response_format', 'schema_not_strict');
  return withoutUndefined({
    type: 'json_schema',
    name,
    schema,
    description,
    strict: isTooLoose ? false : strict,
  });
}
