import type { FailureMeaning } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';

/** `{"error":"text"}`: Ollama's errors are a sentence and nothing else. */
export function writeOllamaError(error: GatewayError): JsonObject {
  return { error: unknownModel(error) ?? sentenceOf(error) };
}

/** There is no place but the sentence for the member that is refused, nor for what kind of refusal it is. */
function sentenceOf({ code, message, details: { param, tooLong } }: GatewayError): string {
  if (tooLong !== undefined) return `the input length exceeds the context length. ${message}`;
  if (code !== 'unsupported_parameter' || param === undefined) return message;
  return message.includes(param) ? message : `${param}: ${message}`;
}

/** Clients tell by these very words that they should pull the model. */
function unknownModel({ details }: GatewayError): string | undefined {
  return details.unknownModel === undefined ? undefined : `model '${details.unknownModel}' not found`;
}

/** A failure as a line of the stream; nothing follows it. */
export function errorLine(error: GatewayError): string {
  return `${JSON.stringify(writeOllamaError(error))}\n`;
}

/** What Ollama says when it fails; undefined if the body is no error. */
export function readOllamaError(body: JsonValue | undefined): HeardError | undefined {
  if (!isJsonObject(body) || !body['error']) return undefined;
  const message = messageOf(body['error']);
  return { message, meaning: meaningOf(message) };
}

/** A text, by the book; servers in front of Ollama send objects. */
function messageOf(error: JsonValue): string {
  const message = isJsonObject(error) ? stringMember(error, 'message') : error;
  return typeof message === 'string' && message !== ''
    ? message
    : 'the backend reported an error without a message';
}

/** Ollama has no codes, only sentences. */
const meanings: readonly (readonly [words: RegExp, meaning: FailureMeaning])[] = [
  [/exceed\w*\b.*\bcontext|context (length|size|window)\b.*\bexceed/i, 'context-too-long'],
  [/server busy|maximum pending requests|overloaded/i, 'overloaded'],
  [/too many requests|rate limit|usage limit/i, 'rate-limited'],
  [/^unauthorized|invalid api key/i, 'bad-key'],
];

function meaningOf(message: string): FailureMeaning | undefined {
  return meanings.find(([words]) => words.test(message))?.[1];
}

/** For calls that no dialect of this family has a place for: the pipeline never sends them here. */
export function notOurs(kind: string): GatewayError {
  return new GatewayError('operation_not_supported', `Ollama has no place for calls of kind "${kind}" here.`);
}
