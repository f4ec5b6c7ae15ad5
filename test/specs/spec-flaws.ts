/** Where a vendor's document contradicts the vendor's own server, with the reason; everything else is taken at its word. */
import { isJson } from './openapi-schemas.ts';
import type { Json, Vendor } from './vendor-specs.ts';

/** The schemas as they stand in the document, but for its flaws. */
export function repairedSchemas(vendor: Vendor, schemas: Json): Json {
  if (vendor === 'openai') return { ...schemas, ...completionChunk(schemas), ...reasoningItem(schemas) };
  if (vendor === 'azure') return { ...schemas, ...azureRequests(schemas) };
  if (vendor === 'azure-preview') return { ...schemas, createChatCompletionRequest: newerRequest(schemas) };
  return vendor === 'anthropic' ? withOptionalDefaults(schemas) : schemas;
}

/** Cohere's server takes temperatures above 1, which its document calls the most (protocols 7). */
export function repairedBody(path: string, schema: unknown): unknown {
  if (path !== '/v2/chat') return schema;
  return changedAt(schema, ['properties', 'temperature'], (temperature) => {
    const { maximum: _, ...others } = temperature as Json;
    return others;
  });
}

/**
 * Microsoft's own libraries send the `model` along, and the server passes over it (protocols 6). The `type` of a
 * response format is required one storey too deep as well, and the options of streams are described, but nowhere used.
 */
function azureRequests(schemas: Json): Json {
  const stream_options = { $ref: '#/components/schemas/chatCompletionStreamOptions' };
  const named = (members: unknown): unknown => ({
    ...(members as Json),
    model: { type: 'string' },
    stream_options,
  });
  const common = changedAt(schemas['chatCompletionsRequestCommon'], ['properties'], named);
  const format = changedAt(
    schemas['ResponseFormatJsonSchema'],
    ['properties', 'json_schema', 'required'],
    () => ['name'],
  );
  return { chatCompletionsRequestCommon: common, ResponseFormatJsonSchema: format };
}

/** Deployments since then think not at all, minimally or very much; that is a matter of the model. */
function newerRequest(schemas: Json): unknown {
  const parts = (schemas['createChatCompletionRequest'] as Json)['allOf'];
  const more = { properties: { model: { type: 'string' } } };
  const allOf = Array.isArray(parts)
    ? parts.map((part) => withMembers(part, { reasoning_effort: { type: 'string' } }))
    : [];
  return { type: 'object', allOf: [...allOf, more] };
}

function withMembers(schema: unknown, members: Json): unknown {
  if (!isJson(schema) || !isJson(schema['properties'])) return schema;
  const known = Object.keys(members).filter((name) => name in (schema['properties'] as Json));
  const changed = Object.fromEntries(known.map((name) => [name, members[name]]));
  return { ...schema, properties: { ...schema['properties'], ...changed } };
}

/** One schema stands for the whole answer and for a chunk, whose `finish_reason` and `usage` are null until the end. */
function completionChunk(schemas: Json): Json {
  const whole = schemas['CreateCompletionResponse'];
  const unfinished = changedAt(
    whole,
    ['properties', 'choices', 'items', 'properties', 'finish_reason'],
    orNull,
  );
  return { CreateCompletionStreamResponse: changedAt(unfinished, ['properties', 'usage'], orNull) };
}

/** Sent back with its `encrypted_content` and nothing stored, a reasoning item needs no id: the ids of others mean nothing. */
function reasoningItem(schemas: Json): Json {
  const withoutId = (required: unknown) => (required as readonly string[]).filter((name) => name !== 'id');
  return { ReasoningItem: changedAt(schemas['ReasoningItem'], ['required'], withoutId) };
}

/**
 * What has a default is required all the same, down to members that came years after the first answers: Anthropic's
 * own recorded answers lack `container`, `caller` and others. What is absent has its default. Requests have none.
 */
function withOptionalDefaults(schemas: Json): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutDefaults(schema)]));
}

function withoutDefaults(schema: unknown): unknown {
  if (!isJson(schema) || !Array.isArray(schema['required']) || !isJson(schema['properties'])) return schema;
  const members = schema['properties'];
  const hasDefault = (name: unknown): boolean => {
    const member = members[String(name)];
    return name !== 'type' && name !== 'role' && isJson(member) && 'default' in member;
  };
  return { ...schema, required: schema['required'].filter((name) => !hasDefault(name)) };
}

function orNull(schema: unknown): unknown {
  return { anyOf: [schema, { type: 'null' }] };
}

function changedAt(at: unknown, path: readonly string[], change: (schema: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(at);
  if (!isJson(at) || !(step in at))
    throw new Error(`the document has changed: no ${step} where it was repaired`);
  return { ...at, [step]: changedAt(at[step], rest, change) };
}
