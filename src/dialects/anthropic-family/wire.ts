import type { JsonObject } from '../../model/json.ts';

/** What we write of a request, as it travels (protocols 3.1). Incoming JSON has no types here. */
export type WireCacheControl = { readonly type: 'ephemeral'; readonly ttl?: '5m' | '1h' };

export type WireText = { readonly type: 'text'; text: string; cache_control?: WireCacheControl };

export type WireSource =
  | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
  | { readonly type: 'text'; readonly media_type: 'text/plain'; readonly data: string }
  | { readonly type: 'url'; readonly url: string };

export type WireImage = {
  readonly type: 'image';
  readonly source: WireSource;
  cache_control?: WireCacheControl;
};

export type WireDocument = {
  readonly type: 'document';
  readonly source: WireSource;
  readonly title?: string;
  readonly context?: string;
  cache_control?: WireCacheControl;
};

export type WireContent = WireText | WireImage | WireDocument;

export type WireToolUse = {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  cache_control?: WireCacheControl;
};

export type WireToolResult = {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content?: string | WireContent[];
  readonly is_error?: true;
  cache_control?: WireCacheControl;
};

export type WireThought =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

export type WireBlock = WireContent | WireToolUse | WireToolResult | WireThought;

export type WireTurn = { readonly role: 'user' | 'assistant' | 'system'; readonly content: WireBlock[] };

export type WireTool = {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: JsonObject;
  readonly strict?: true;
  cache_control?: WireCacheControl;
};

export type WireToolChoice = {
  readonly type: 'auto' | 'any' | 'tool' | 'none';
  readonly name?: string;
  readonly disable_parallel_tool_use?: true;
};

export type WireThinking =
  | { readonly type: 'enabled'; readonly budget_tokens: number }
  | { readonly type: 'adaptive'; readonly display?: 'summarized' | 'omitted' }
  | { readonly type: 'disabled' };

export type WireOutputConfig = {
  readonly effort?: string;
  readonly format?: { readonly type: 'json_schema'; readonly schema: JsonObject };
};
