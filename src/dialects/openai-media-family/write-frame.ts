import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';

/** One event as it goes out, with the `event:` line the published examples show (protocols 2.8). */
export function writeFrame(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** A failure in the middle of a stream; OpenAI's SDKs throw at whatever holds an `error`. */
export function writeErrorFrame(error: GatewayError): string {
  return writeFrame('error', writeOpenAiError(error));
}
