import type { JsonObject } from '../../model/json.ts';
import type { WireTokenLogprob } from '../logprobs-family/write-tokens.ts';

/**
 * What we write to clients, as it travels (protocols 2.3, 2.4). Incoming JSON has no types here: it is read
 * member by member, for every vendor leaves something out.
 */
export type WireFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** One choice of a whole answer. */
export type WireChoice = {
  readonly index: number;
  readonly message: WireMessage;
  readonly logprobs: WireLogprobs | null;
  readonly finish_reason: WireFinishReason;
};

/** The tokens of the text, and those of a refusal. */
export type WireLogprobs = {
  readonly content: readonly WireTokenLogprob[] | null;
  readonly refusal: readonly WireTokenLogprob[] | null;
};

export type WireMessage = {
  readonly role: 'assistant';
  readonly content: string | null;
  readonly refusal: string | null;
  readonly tool_calls?: readonly WireToolCall[];
  /** The old form, for clients that sent `functions`. */
  readonly function_call?: WireFunctionCall;
} & WireBeside;

/** What OpenAI itself never writes, under the names other vendors made common. */
export type WireBeside = {
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly JsonObject[];
  readonly images?: readonly JsonObject[];
};

export type WireToolCall =
  | ({
      readonly id: string;
      readonly type: 'function';
      readonly function: WireFunctionCall;
    } & WireExtraContent)
  | {
      readonly id: string;
      readonly type: 'custom';
      readonly custom: { readonly name: string; readonly input: string };
    };

/** Google's place for the signature of a call. */
export type WireExtraContent = {
  readonly extra_content?: { readonly google: { readonly thought_signature: string } };
};

export type WireFunctionCall = { readonly name: string; readonly arguments: string };

/** One choice in a chunk of a stream. */
export type WireChunkChoice = {
  readonly index: number;
  readonly delta: WireDelta;
  readonly logprobs: WireLogprobs | null;
  readonly finish_reason: WireFinishReason | null;
};

/** What one chunk adds to a choice. */
export type WireDelta = {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly refusal?: string | null;
  readonly tool_calls?: readonly WireToolCallDelta[];
  readonly function_call?: { readonly name?: string; readonly arguments: string };
} & WireBeside;

/** Id, type and name stand in the first piece only. */
export type WireToolCallDelta = {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function' | 'custom';
  readonly function?: { readonly name?: string; readonly arguments: string };
  readonly custom?: { readonly name?: string; readonly input: string };
} & WireExtraContent;
