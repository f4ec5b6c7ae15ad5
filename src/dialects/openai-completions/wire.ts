/**
 * What we write, as it travels (protocols 2.5). Incoming JSON has no types here: it is read member by member,
 * for every vendor leaves something out.
 */
export type WireFinishReason = 'stop' | 'length' | 'content_filter';

/** One entry in each list for each token; offsets count characters from the beginning of the answer. */
export type WireLogprobs = {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly number[];
  readonly top_logprobs: readonly { readonly [token: string]: number }[];
  readonly text_offset: readonly number[];
};

/** One choice, of a whole answer or of a chunk. */
export type WireChoice = {
  readonly text: string;
  readonly index: number;
  readonly logprobs: WireLogprobs | null;
  readonly finish_reason: WireFinishReason | null;
};
