import type { JsonObject, JsonValue } from '../../model/json.ts';

/**
 * What we write, as it travels (protocols 5). Incoming JSON has no types here: it is read member by member.
 */
export type WireToolCall = {
  readonly id: string;
  readonly function: { readonly index?: number; readonly name: string; readonly arguments: JsonObject };
};

/** What one line, or a whole answer, says. */
export type WireSaid = {
  readonly content: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly WireToolCall[];
};

/** The odds of one token; they stand beside what it says, in the line or in the whole answer. */
export type WireOdds = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[];
};

export type WireTokenLogprob = WireOdds & { readonly top_logprobs?: readonly WireOdds[] };

export type WireLogprobs = { readonly logprobs?: readonly WireTokenLogprob[] };

/** The end of an answer; all durations in nanoseconds. */
export type WireClosing = {
  readonly done: true;
  readonly done_reason: string;
  readonly total_duration: number;
  readonly load_duration: number;
  readonly prompt_eval_count?: number;
  readonly prompt_eval_duration: number;
  readonly eval_count?: number;
  readonly eval_duration: number;
};

export type WireTool = {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters: JsonObject;
  };
};

/** What chat and generate ask for in the same words. */
export type WireShared = {
  readonly format?: JsonValue;
  readonly think?: boolean | string;
  readonly options?: JsonObject;
  readonly keep_alive?: JsonValue;
  readonly truncate?: JsonValue;
  readonly shift?: JsonValue;
  readonly logprobs?: true;
  readonly top_logprobs?: number;
  readonly stream: boolean;
};
