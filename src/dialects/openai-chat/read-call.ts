import type { GenerationCall, ResponseFormat } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { readTokensMax } from '../openai-family/asked-fields.ts';
import { membersBut, readNumber, readStop } from '../openai-family/call-fields.ts';
import { readCount, readString, wrongType } from '../openai-family/request-fields.ts';
import { readMessages } from './read-messages.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** The members that have a place of their own in a call, or are the front's business (`stream`). */
const placed: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'n',
  'response_format',
  'stream',
  'stream_options',
]);

export function readCall(body: JsonObject): GenerationCall {
  return {
    kind: 'generation',
    model: readString(body, 'model') ?? '',
    messages: readMessages(body['messages']),
    tools: readTools(body),
    toolChoice: readToolChoice(body),
    outputTokensMax: readTokensMax(body, 'max_completion_tokens') ?? readTokensMax(body, 'max_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    stop: readStop(body),
    choices: readCount(body, 'n', 1) ?? 1,
    responseFormat: readResponseFormat(body),
    extra: membersBut(body, placed),
  };
}

function readResponseFormat(body: JsonObject): ResponseFormat | undefined {
  const format = body['response_format'];
  if (format === undefined || format === null) return undefined;
  if (!isJsonObject(format)) throw wrongType('response_format', 'an object');
  const type = readString(format, 'type');
  if (type === 'text') return { type };
  if (type === 'json_object') return { type: 'json-object' };
  if (type === 'json_schema') return readJsonSchema(format['json_schema']);
  throw new GatewayError('unsupported_parameter', `There is no "response_format" of type "${type}" here.`, {
    param: 'response_format.type',
  });
}

function readJsonSchema(spec: unknown): ResponseFormat {
  if (!isJsonObject(spec)) throw wrongType('response_format.json_schema', 'an object');
  const { name, schema, strict } = spec;
  return {
    type: 'json-schema',
    name: typeof name === 'string' ? name : 'output',
    schema: schema ?? {},
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}
