import type { WireShared, WireTool, WireToolCall } from '../ollama-family/wire.ts';

/** A request as we write it (protocols 5). */
export type WireRequest = WireShared & {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly WireTool[];
};

export type WireMessage = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly thinking?: string;
  readonly images?: readonly string[];
  readonly tool_calls?: readonly WireToolCall[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
};
