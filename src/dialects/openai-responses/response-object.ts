import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { WriterContext } from '../dialect.ts';
import type { ResponseStatus, WireResponse } from './wire.ts';

/** What changes in the response object from the first event of a stream to the last. */
export interface ResponseState {
  readonly id: string;
  readonly status: ResponseStatus;
  readonly output: readonly JsonObject[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly incompleteReason?: string | undefined;
  /** Absent while in progress: the schema wants an object or nothing. */
  readonly usage?: JsonObject | undefined;
}

/**
 * The whole response object. It repeats the request with OpenAI's defaults filled in, because the schema
 * requires those members. Nothing is stored here, whatever was asked, and the answer says so.
 */
export function writeResponse(context: WriterContext, state: ResponseState): WireResponse {
  return {
    id: state.id,
    object: 'response',
    created_at: context.createdS,
    status: state.status,
    background: false,
    error: state.error ?? null,
    incomplete_details: state.incompleteReason === undefined ? null : { reason: state.incompleteReason },
    ...echoOfRequest(context.request),
    model: context.model,
    output: state.output,
    previous_response_id: null,
    store: false,
    ...(state.usage === undefined ? {} : { usage: state.usage }),
  };
}

function echoOfRequest(request: JsonObject): JsonObject {
  const reasoning = objectMember(request, 'reasoning');
  return {
    instructions: stringMember(request, 'instructions') ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    max_tool_calls: request['max_tool_calls'] ?? null,
    metadata: objectMember(request, 'metadata') ?? {},
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    reasoning: { effort: reasoning?.['effort'] ?? null, summary: reasoning?.['summary'] ?? null },
    service_tier: 'default',
    temperature: request['temperature'] ?? 1,
    text: { format: { type: 'text' }, ...withoutNulls(objectMember(request, 'text')) },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: (arrayMember(request, 'tools') ?? []).map(echoOfTool),
    top_logprobs: request['top_logprobs'] ?? 0,
    top_p: request['top_p'] ?? 1,
    truncation: request['truncation'] ?? 'disabled',
    ...givenStrings(request),
  };
}

/** Members that are a string or absent; null would break the schema. */
function givenStrings(request: JsonObject): JsonObject {
  const names = ['user', 'safety_identifier', 'prompt_cache_key'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = stringMember(request, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A function in an answer has all its members, with the defaults it was run with. */
function echoOfTool(tool: JsonValue): JsonValue {
  if (!isJsonObject(tool) || tool['type'] !== 'function') return tool;
  return {
    description: null,
    ...tool,
    parameters: tool['parameters'] ?? null,
    strict: tool['strict'] ?? true,
  };
}

function withoutNulls(object: JsonObject | undefined): JsonObject {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([, value]) => value !== null));
}
