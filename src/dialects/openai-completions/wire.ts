/**
 * What we write, as it travels (protocols 2.5). Incoming JSON has no types here: it is read member by member,
 * for every vendor leaves something out.
 */
export type WireFinishReason = 'stop' | 'length' | 'content_filter';

/** One choice, of a whole answer or of a chunk. */
export type WireChoice = {
  readonly text: string;
  readonly index: number;
  readonly logprobs: null;
  readonly finish_reason: WireFinishReason | null;
};
