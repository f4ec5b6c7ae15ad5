import type { GatewayError } from '../../model/gateway-error.ts';
import { writeOpenAiError } from './error-envelope.ts';

/** The clean end of a chat or completions stream. */
export const doneFrame = 'data: [DONE]\n\n';

/** A failure after the first byte. No end marker follows: what was sent is no complete answer. */
export function errorFrame(error: GatewayError): string {
  return `data: ${JSON.stringify(writeOpenAiError(error))}\n\n`;
}
