import type { GenerationCall, ResponseFormat } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { inlineRefs } from './inline-refs.ts';
import type { ModelTraits } from './model-traits.ts';
import { JSON_TOOL, JSON_VALUE_TOOL } from './tool-name.ts';
import type { WireTool } from './wire.ts';

/** How the form of the answer is asked for: by at most one of these (protocols 10.5). */
export interface AnswerForm {
  /** `output_config.format`. */
  readonly schema?: JsonObject;
  /** A tool the model is made to call; its input is the answer. */
  readonly tool?: WireTool;
  /** A sentence at the end of what the system says. */
  readonly sentence?: string;
}

export function planAnswerForm(call: GenerationCall, traits: ModelTraits, writing: Writing): AnswerForm {
  const format = call.responseFormat;
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json-object') return inWords(writing);
  if (traits.hasOutputFormat && writing.quirks.jsonSchema) return { schema: closed(asObject(format.schema)) };
  // The client's own tools come first: it wants them called, and what they get is not the answer yet.
  if (call.toolChoice?.mode === 'required' || call.toolChoice?.mode === 'tool') return {};
  if (writing.quirks.forcedToolChoice) return { tool: jsonTool(format) };
  writing.warnings.refuse(
    'response_format',
    'The backend of this model cannot keep to a schema; leave out "response_format".',
  );
  return {};
}

function inWords(writing: Writing): AnswerForm {
  writing.warnings.changed('response_format', 'asked_for_in_words');
  return { sentence: 'Answer with one JSON object only, without any text around it.' };
}

/** A tool's input is always an object: any other answer becomes its one member. */
function jsonTool(format: ResponseFormat & { type: 'json-schema' }): WireTool {
  const schema = inlineRefs(asObject(format.schema));
  const isObject = schema['type'] === 'object';
  return {
    name: isObject ? JSON_TOOL : JSON_VALUE_TOOL,
    description: format.description ?? 'Gives the answer. Call it once, with the whole answer.',
    input_schema: isObject ? schema : { type: 'object', properties: { value: schema }, required: ['value'] },
  };
}

function asObject(schema: JsonValue): JsonObject {
  return isJsonObject(schema) ? schema : {};
}

/** The API wants every object of the schema closed; elsewhere that is only assumed where nothing is said. */
function closed(schema: JsonObject): JsonObject {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, isSchema(name, value) ? closedValue(value) : value]),
  );
  const isOpen = schema['type'] === 'object' && schema['additionalProperties'] === undefined;
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}

const literals: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

function isSchema(name: string, value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && !literals.has(name);
}

function closedValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => closedValue(item));
  return isJsonObject(value) ? closed(value) : value;
}
