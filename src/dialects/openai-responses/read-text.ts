import type { GenerationCall, ResponseFormat } from '../../model/call.ts';
import { isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { wrongType } from '../openai-family/request-fields.ts';

/** The form of the answer (`text.format`) and how wordy it shall be (`text.verbosity`). */
export function readText(
  body: JsonObject,
  warnings: Warnings,
): Pick<GenerationCall, 'responseFormat' | 'verbosity'> {
  const text = body['text'] ?? {};
  if (!isJsonObject(text)) throw wrongType('text', 'an object');
  for (const [name, value] of Object.entries(text)) {
    if (value !== null && name !== 'format' && name !== 'verbosity') warnings.dropped(`text.${name}`);
  }
  return { responseFormat: readFormat(text), verbosity: readVerbosity(text) };
}

function readVerbosity(text: JsonObject): string | undefined {
  const verbosity = text['verbosity'] ?? undefined;
  if (verbosity !== undefined && typeof verbosity !== 'string') throw wrongType('text.verbosity', 'a string');
  return verbosity;
}

function readFormat(text: JsonObject): ResponseFormat | undefined {
  const format = objectMember(text, 'format');
  switch (format?.['type']) {
    case undefined:
      return undefined;
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json-object' };
    case 'json_schema':
      return readSchemaFormat(format as JsonObject);
    default:
      throw wrongType('text.format.type', '"text", "json_object" or "json_schema"');
  }
}

/** Flat here, nested in chat. */
function readSchemaFormat(format: JsonObject): ResponseFormat {
  const strict = format['strict'];
  return {
    type: 'json-schema',
    name: stringMember(format, 'name') ?? 'output',
    schema: format['schema'] ?? {},
    description: stringMember(format, 'description'),
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}
