import type { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { writeAnthropicError } from '../anthropic-family/error-envelope.ts';

/** One frame. Clients skip an event whose name does not stand in front of it (protocols 1.2). */
export function frame(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The clean end. */
export const stopFrame = frame('message_stop', {});

/** It says nothing; clients know it and skip it. */
export const pingFrame = frame('ping', {});

/** A failure after the first byte. No clean end follows: what was sent is no complete answer. */
export function errorFrame(error: GatewayError): string {
  return `event: error\ndata: ${JSON.stringify(writeAnthropicError(error))}\n\n`;
}
