/**
 * What we write, as it travels (protocols 2.3, 2.4). Incoming JSON has no types here: it is read member by
 * member, for every vendor leaves something out.
 */
export type WireFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** One choice of a whole answer. */
export type WireChoice = {
  readonly index: number;
  readonly message: WireMessage;
  readonly logprobs: null;
  readonly finish_reason: WireFinishReason;
};

export type WireMessage = {
  readonly role: 'assistant';
  readonly content: string | null;
  readonly refusal: string | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly WireToolCall[];
  /** The old form, for clients that sent `functions`. */
  readonly function_call?: WireFunctionCall;
};

export type WireToolCall = {
  readonly id: string;
  readonly type: 'function';
  readonly function: WireFunctionCall;
};

export type WireFunctionCall = { readonly name: string; readonly arguments: string };

/** One choice in a chunk of a stream. */
export type WireChunkChoice = {
  readonly index: number;
  readonly delta: WireDelta;
  readonly logprobs: null;
  readonly finish_reason: WireFinishReason | null;
};

/** What one chunk adds to a choice. */
export type WireDelta = {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly refusal?: string | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly WireToolCallDelta[];
  readonly function_call?: { readonly name?: string; readonly arguments: string };
};

/** Id, type and name stand in the first piece only. */
export type WireToolCallDelta = {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function: { readonly name?: string; readonly arguments: string };
};
