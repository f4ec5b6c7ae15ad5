import type { JsonObject } from '../../model/json.ts';

/** A message on its way out, before its content takes the form the server knows. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** Content parts in the form of the wire. */
  readonly parts: readonly JsonObject[];
  readonly name?: string | undefined;
  readonly thoughts?: string | undefined;
  readonly toolCalls?: readonly JsonObject[] | undefined;
  readonly toolCallId?: string | undefined;
}

export function textPart(text: string): JsonObject {
  return { type: 'text', text };
}
