import type { Signature } from './signature.ts';
import type { Usage } from './usage.ts';

/**
 * A piece of the answer, in nobody's dialect. An answer is always a sequence of events, even a whole one:
 *
 *   answer-start  (text-delta | thinking-delta | refusal-delta | tool-use-start tool-use-delta* | …)*
 *   [usage]  choice-end+  [usage]  answer-end            or, at any moment,  error  and nothing after it
 *
 * - A tool use is named by its id, never by its position: one dialect counts all blocks, another only tools.
 * - `tool-use-end` says that a tool use's arguments are whole; a reader that cannot know leaves it out.
 * - `thinking-end` closes one block of thoughts and carries its signature, if it has one; a reader without
 *   blocks leaves it out.
 * - Usage may come first, last or between; each later report replaces the earlier one.
 * - `logprobs` stand directly before the delta of the same choice that they belong to.
 * - `choice` counts from 0; dialects with a single answer only ever see 0.
 */
export type CallEvent =
  | {
      readonly type: 'answer-start';
      readonly id?: string | undefined;
      readonly model: string;
      readonly createdS?: number | undefined;
    }
  /** How probable the tokens of the next delta were, where the client asked and the backend tells. */
  | {
      readonly type: 'logprobs';
      readonly choice: number;
      readonly tokens: readonly TokenLogprob[];
    }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'thinking-delta'; readonly choice: number; readonly text: string }
  | {
      readonly type: 'thinking-end';
      readonly choice: number;
      readonly signature?: Signature | undefined;
    }
  /** A block of thoughts that only its maker can read, whole. */
  | { readonly type: 'redacted-thinking'; readonly choice: number; readonly signature: Signature }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string }
  /** Nothing was answered because of the prompt; `word` is the backend's for why. Dialects without a word for it show the refusal. */
  | { readonly type: 'prompt-blocked'; readonly word: string }
  | {
      readonly type: 'tool-use-start';
      readonly choice: number;
      readonly id: string;
      readonly name: string;
      readonly signature?: Signature | undefined;
    }
  | {
      readonly type: 'tool-use-delta';
      readonly choice: number;
      readonly id: string;
      readonly arguments: string;
    }
  | { readonly type: 'tool-use-end'; readonly choice: number; readonly id: string }
  | {
      readonly type: 'choice-end';
      readonly choice: number;
      readonly reason: FinishReason;
      /** Which of the stop texts it was, where the backend tells. */
      readonly stopText?: string | undefined;
    }
  | { readonly type: 'embedding'; readonly index: number; readonly vector: readonly number[] }
  | {
      readonly type: 'image';
      readonly index: number;
      readonly base64: string;
      readonly mediaType: string;
      readonly revisedPrompt?: string | undefined;
      /** What makes the same picture again, where the backend tells. */
      readonly seed?: number | string | undefined;
    }
  /** A picture in the making; `index` counts the glimpses of it. */
  | {
      readonly type: 'image-partial';
      readonly index: number;
      readonly base64: string;
      readonly mediaType: string;
    }
  | {
      readonly type: 'image-url';
      readonly index: number;
      readonly url: string;
      readonly revisedPrompt?: string | undefined;
      readonly seed?: number | string | undefined;
    }
  /** One document's place among those that were asked about, best first; `index` is its place in the question. */
  | { readonly type: 'ranking'; readonly index: number; readonly score: number }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** As how many requests the answer is billed, where the backend counts them otherwise than we do. */
  | { readonly type: 'billed-requests'; readonly requests: number }
  /** The backend had to load the model first, and says how long that took. */
  | { readonly type: 'model-loaded'; readonly loadMs: number }
  | { readonly type: 'answer-end' }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly code?: string | undefined;
      readonly backendType?: string | undefined;
      readonly meaning?: FailureMeaning | undefined;
    };

/** A token and the natural logarithm of its probability. */
export interface TokenOdds {
  readonly token: string;
  readonly logprob: number;
  /** The token's own bytes, where the backend tells: a token may be a part of a character. */
  readonly bytes?: readonly number[] | undefined;
}

/** A token of the answer, with the likeliest that could have stood in its place, as far as they were asked for. */
export interface TokenLogprob extends TokenOdds {
  readonly alternatives: readonly TokenOdds[];
}

/** What a backend's failure means, where its words or its own code tell more than a status (protocols 10.9). */
export type FailureMeaning = 'bad-key' | 'rate-limited' | 'overloaded' | 'context-too-long' | 'blocked';

export type EventOf<Type extends CallEvent['type']> = Extract<CallEvent, { readonly type: Type }>;

/** What a writer does with each kind of event it has a place for: a table made once, with a method for each kind. */
export type EventHandlers<Writer, Result> = {
  readonly [Type in CallEvent['type']]?: (writer: Writer, event: EventOf<Type>) => Result;
};

/** `stop-text`: one of the client's stop texts; `context-full`: no room left; `pause`: the backend's own tools want another turn. */
export type FinishReason =
  | 'stop'
  | 'stop-text'
  | 'length'
  | 'context-full'
  | 'tool-use'
  | 'content-filter'
  | 'refusal'
  | 'pause';
