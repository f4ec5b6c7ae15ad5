import type { FailureMeaning } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';

/** Google's words for the statuses there are (protocols 4.6, 10.9). */
const words: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

const TYPES = 'type.googleapis.com/google.rpc.';

/** The error body of Google's APIs. The SDK needs `code` as a number; our own code stands in the details. */
export function writeGeminiError(error: GatewayError): JsonObject {
  const { status } = error;
  const word = words.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message: sentenceOf(error), status: word, details: writeDetails(error) } };
}

/** Google has no code for a question that is too long: clients know it by the sentence. */
function sentenceOf({ message, details: { tooLong } }: GatewayError): string {
  if (tooLong === undefined) return message;
  return `The input token count (${tooLong.tokens}) exceeds the maximum number of tokens allowed (${tooLong.max}). ${message}`;
}

function writeDetails({ code, details: { param, retryAfterMs } }: GatewayError): JsonObject[] {
  const metadata = param === undefined ? {} : { metadata: { param } };
  const info = { '@type': `${TYPES}ErrorInfo`, reason: code.toUpperCase(), domain: 'sluice', ...metadata };
  if (retryAfterMs === undefined) return [info];
  return [info, { '@type': `${TYPES}RetryInfo`, retryDelay: `${retryAfterMs / 1000}s` }];
}

/**
 * An error as Google writes it: `{"error":{…}}`, or the same in a list of one, as the unframed stream has it.
 * Undefined if the body is no error.
 */
export function readGeminiError(body: JsonValue | undefined): HeardError | undefined {
  const envelope = Array.isArray(body) ? (body as readonly JsonValue[])[0] : body;
  if (!isJsonObject(envelope)) return undefined;
  const error = envelope['error'];
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string') return { message: error };
  return isJsonObject(error) ? readError(error) : { message: unexplained };
}

const unexplained = 'the backend reported an error without a message';

function readError(error: JsonObject): HeardError {
  const details = (arrayMember(error, 'details') ?? []).filter(isJsonObject);
  const message = stringMember(error, 'message') || unexplained;
  const status = stringMember(error, 'status') ?? wordOf(error['code']);
  const reason = details.map((detail) => stringMember(detail, 'reason')).find((word) => word !== undefined);
  return {
    message,
    code: reason ?? status,
    meaning: meaningOf(status, reason, message),
    retryAfterMs: retryAfterMs(details),
  };
}

function wordOf(code: JsonValue | undefined): string | undefined {
  if (code === 400) return 'INVALID_ARGUMENT';
  return typeof code === 'number' ? words.get(code) : undefined;
}

const meanings: ReadonlyMap<string, FailureMeaning> = new Map<string, FailureMeaning>([
  ['UNAUTHENTICATED', 'bad-key'],
  ['PERMISSION_DENIED', 'bad-key'],
  ['RESOURCE_EXHAUSTED', 'rate-limited'],
  ['UNAVAILABLE', 'overloaded'],
]);

/** Google tells a bad key and a question that is too long by the same 400 as any slip of a client. */
function meaningOf(
  status: string | undefined,
  reason: string | undefined,
  message: string,
): FailureMeaning | undefined {
  if (reason === 'API_KEY_INVALID' || /\bapi key (?:not valid|expired|not found)/i.test(message))
    return 'bad-key';
  if (status === 'INVALID_ARGUMENT' && tooLong.test(message)) return 'context-too-long';
  return status === undefined ? undefined : meanings.get(status);
}

const tooLong = /token count\b.{0,80}\bexceeds?\b|exceeds? the (?:maximum|limit).{0,80}\btokens?\b/i;

/** `"34.4s"`, or the same in parts. */
function retryAfterMs(details: readonly JsonObject[]): number | undefined {
  const info = details.find((detail) => stringMember(detail, '@type')?.endsWith('RetryInfo'));
  if (info === undefined) return undefined;
  const text = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(stringMember(info, 'retryDelay') ?? '')?.[1];
  if (text !== undefined) return Math.ceil(Number(text) * 1000);
  const seconds = Number(objectMember(info, 'retryDelay')?.['seconds']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
}
