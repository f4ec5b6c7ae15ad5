import type { ResponseFormat } from '../../model/call.ts';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { schemaToJson } from './schema-upper-to-json.ts';

/** What the answer shall look like (protocols 10.5). */
export function readResponseFormat(config: Fields, warnings: Warnings): ResponseFormat | undefined {
  const mimeType = config.string('responseMimeType')?.toLowerCase();
  if (mimeType === undefined || mimeType === 'text/plain') return undefined;
  if (mimeType === 'application/json') return readJson(config);
  warnings.refuse(
    config.param('responseMimeType'),
    'Only "text/plain" and "application/json" can be asked of this model as responseMimeType.',
  );
  return undefined;
}

function readJson(config: Fields): ResponseFormat {
  const schema = readSchema(config);
  if (schema === undefined) return { type: 'json-object' };
  return { type: 'json-schema', name: nameOf(schema), schema, strict: true };
}

/** `_responseJsonSchema` is what it was called while it was new. */
function readSchema(config: Fields): JsonValue | undefined {
  for (const name of ['responseJsonSchema', '_responseJsonSchema']) {
    const real = config.get(name);
    if (real !== undefined) return fieldsOf(real, config.param(name)).json;
  }
  const own = config.fields('responseSchema');
  return own === undefined ? undefined : schemaToJson(own.json);
}

/** Others want a name, of letters they know. */
function nameOf(schema: JsonValue): string {
  const title = isJsonObject(schema) ? schema['title'] : undefined;
  return typeof title === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(title) ? title : 'output';
}
