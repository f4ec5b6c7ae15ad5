import type { GenerationCall, Message, ResponseFormat } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { membersBut, readNumber } from '../openai-family/call-fields.ts';
import { readString, wrongType } from '../openai-family/request-fields.ts';
import { readAsked } from './read-asked.ts';
import { readInput } from './read-input.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/**
 * A Responses request as a call. What only a stateful backend could honour is refused by name (protocols
 * 2.11): this gateway stores no responses. `store` is accepted, and answered with `store:false`.
 */
export function readCall(body: JsonObject): GenerationCall {
  const asked = readAsked(body);
  refuseStored(body);
  const choice = readToolChoice(body['tool_choice']);
  const tools = readTools(body);
  return {
    kind: 'generation',
    model: asked.model ?? '',
    messages: [...readInstructions(body), ...readInput(body['input'])],
    tools: choice.only === undefined ? tools : tools.filter((tool) => choice.only?.has(tool.name)),
    toolChoice: choice.toolChoice,
    outputTokensMax: asked.outputTokensMax,
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    stop: [],
    choices: 1,
    responseFormat: readFormat(body),
    extra: readExtra(body),
  };
}

const stored = ['previous_response_id', 'conversation', 'prompt'] as const;

function refuseStored(body: JsonObject): void {
  for (const name of stored) {
    if (body[name] === undefined || body[name] === null) continue;
    throw unsupported(name, `"${name}" refers to something stored, and nothing is stored here`);
  }
  if (body['background'] === true) {
    throw unsupported('background', 'A response in the background would have to be stored');
  }
}

function unsupported(param: string, reason: string): GatewayError {
  return new GatewayError('unsupported_parameter', `${reason}; send the whole input with every request.`, {
    param,
  });
}

/** Instructions stand before everything in the input. */
function readInstructions(body: JsonObject): Message[] {
  const text = readString(body, 'instructions');
  return text ? [{ role: 'system', parts: [{ type: 'text', text }] }] : [];
}

function readFormat(body: JsonObject): ResponseFormat | undefined {
  const text = objectMember(body, 'text');
  const format = text === undefined ? undefined : objectMember(text, 'format');
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
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}

/** Members that have their own place in a call, or that say how to answer and not what. */
const placed = new Set([
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'max_output_tokens', 'temperature', 'top_p'],
  ...['stream', 'stream_options', 'text', 'background', 'store', 'include', ...stored],
]);

/** Of `text` only the format has a place; what else it says stays. */
function readExtra(body: JsonObject): JsonObject {
  const extra = membersBut(body, placed);
  const text = membersBut(objectMember(body, 'text') ?? {}, new Set(['format']));
  return Object.keys(text).length === 0 ? extra : { ...extra, text };
}
