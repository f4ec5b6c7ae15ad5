import { GatewayError } from '../../model/gateway-error.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { wrongType } from '../openai-family/request-fields.ts';

/**
 * Cursor sends bodies of the Responses API to the address of chat. What is simple in them is read as chat:
 * messages, calls and results of functions, flat tools; anything else is refused with the way out.
 */
export function isResponsesBody(body: JsonObject): boolean {
  const input = body['input'];
  return (body['messages'] ?? undefined) === undefined && (typeof input === 'string' || Array.isArray(input));
}

/** The body as a chat body; a chat body comes back as it is. */
export function asChatBody(body: JsonObject): JsonObject {
  if (!isResponsesBody(body)) return body;
  const { input, instructions, tools, tool_choice, text, max_output_tokens, include, truncation, ...others } =
    body;
  const messages = [...readInstructions(instructions), ...readInput(input)];
  return {
    ...others,
    messages,
    ...(Array.isArray(tools) && { tools: (tools as JsonValue[]).map(readTool) }),
    ...(tool_choice !== undefined && { tool_choice: readChoice(tool_choice) }),
    ...(typeof max_output_tokens === 'number' && { max_completion_tokens: max_output_tokens }),
    ...readText(text),
  };
}

function readInstructions(instructions: JsonValue | undefined): JsonObject[] {
  return typeof instructions === 'string' && instructions !== ''
    ? [{ role: 'system', content: instructions }]
    : [];
}

function readInput(input: JsonValue | undefined): JsonObject[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return (input as readonly JsonValue[]).flatMap((item, at) => readItem(item, `input[${at}]`));
}

function readItem(item: JsonValue, path: string): JsonObject[] {
  if (!isJsonObject(item)) throw wrongType(path, 'an object');
  const type = stringMember(item, 'type') ?? 'message';
  const read = itemReaders.get(type);
  if (read !== undefined) return read(item, path);
  throw tooMuch(`${path}.type`);
}

type ItemReader = (item: JsonObject, path: string) => JsonObject[];

const itemReaders: ReadonlyMap<string, ItemReader> = new Map<string, ItemReader>([
  ['message', readMessage],
  ['function_call', readFunctionCall],
  ['function_call_output', readOutput],
  // Thoughts of an earlier turn, sealed for another provider: nothing a chat could carry.
  ['reasoning', () => []],
]);

function readMessage({ role, content }: JsonObject, path: string): JsonObject[] {
  if (typeof role !== 'string') throw wrongType(`${path}.role`, 'a string');
  if (!Array.isArray(content)) return [{ role, content: content ?? '' }];
  return [
    { role, content: (content as JsonValue[]).map((part, at) => readPart(part, `${path}.content[${at}]`)) },
  ];
}

function readPart(part: JsonValue, path: string): JsonObject {
  if (!isJsonObject(part)) throw wrongType(path, 'an object');
  const type = part['type'];
  if (type === 'input_text' || type === 'output_text' || type === 'text') {
    return { type: 'text', text: part['text'] };
  }
  if (type === 'refusal') return { type, refusal: part['refusal'] };
  if (type === 'input_image' && typeof part['image_url'] === 'string') {
    return { type: 'image_url', image_url: { url: part['image_url'], detail: part['detail'] } };
  }
  throw tooMuch(`${path}.type`);
}

function readFunctionCall(item: JsonObject): JsonObject[] {
  const called = { name: item['name'], arguments: item['arguments'] };
  const call = { id: item['call_id'], type: 'function', function: called };
  return [{ role: 'assistant', content: null, tool_calls: [call] }];
}

function readOutput(item: JsonObject, path: string): JsonObject[] {
  const output = item['output'];
  const content = Array.isArray(output)
    ? (output as JsonValue[]).map((part, at) => readPart(part, `${path}.output[${at}]`))
    : output;
  return [{ role: 'tool', tool_call_id: item['call_id'], content }];
}

/** Flat at Responses, nested in chat; what is nested already stays. */
function readTool(tool: JsonValue, at: number): JsonValue {
  if (!isJsonObject(tool)) throw wrongType(`tools[${at}]`, 'an object');
  const { type, ...spec } = tool;
  if (type === 'function')
    return objectMember(tool, 'function') === undefined ? { type, function: spec } : tool;
  if (type === 'custom') return objectMember(tool, 'custom') === undefined ? { type, custom: spec } : tool;
  throw tooMuch(`tools[${at}].type`);
}

function readChoice(choice: JsonValue): JsonValue {
  if (!isJsonObject(choice) || typeof choice['name'] !== 'string') return choice;
  const type = choice['type'] === 'custom' ? 'custom' : 'function';
  return { type, [type]: { name: choice['name'] } };
}

/** `text.format` and `text.verbosity`. */
function readText(text: JsonValue | undefined): JsonObject {
  if (!isJsonObject(text)) return {};
  const { format, verbosity } = text;
  return {
    ...(verbosity !== undefined && { verbosity }),
    ...(isJsonObject(format) && { response_format: nested(format) }),
  };
}

function nested(format: JsonObject): JsonObject {
  const { type, ...schema } = format;
  return type === 'json_schema' ? { type, json_schema: schema } : format;
}

function tooMuch(param: string): GatewayError {
  const message = `This looks like a request of the Responses API; "${param}" cannot be read here. Send it to /v1/responses, or send "messages".`;
  return new GatewayError('unsupported_parameter', message, { param });
}
