/**
 * One request and one answer, free of any dialect: what the dialect files read into and write from. It knows no wire
 * format; it is no model of the gateway's own words either, so that neither's mistakes hide the other's.
 */
import type { JsonObject } from './json.ts';

export interface Asked {
  readonly model: string;
  /** The text of the last user turn, with pictures and files named in it. */
  readonly text: string;
  /** All text of the request, only for counting it. */
  readonly prompt: string;
  readonly wantsStream: boolean;
  /** OpenAI's `stream_options.include_usage`; the other dialects always report usage. */
  readonly wantsUsage: boolean;
  readonly tools?: readonly ToolOffered[];
  readonly toolWish?: ToolWish;
  /** The last turn's tool result: the answer then is text, or a client's tool loop would never end. */
  readonly toolResult?: string;
  readonly tokensMax?: number;
  readonly stopTexts?: readonly string[];
  /** The schema an answer in JSON shall keep to; `{}` if any object will do. */
  readonly schema?: JsonObject;
  /** How many alternatives to tell beside each token's odds; absent: the odds were not asked for. */
  readonly alternatives?: number;
  /** How many answers at once; absent is one. */
  readonly choices?: number;
  readonly body: JsonObject;
}

export interface ToolOffered {
  readonly name: string;
  readonly schema: JsonObject;
}

/** What the request wants done with its tools. Absent: the model may use them as it likes. */
export interface ToolWish {
  readonly must: 'none' | 'any' | 'auto';
  /** No tools but these. */
  readonly names?: readonly string[];
  readonly oneAtATime?: boolean;
}

export interface Said {
  /** Unique within the server, the same for the same order of requests. */
  readonly id: string;
  readonly createdAt: Date;
  readonly model: string;
  readonly thoughts: readonly string[];
  /** Opaque signatures wherever the dialect has a place for one; `redacted`: the thinking is only a signature. */
  readonly signed: 'no' | 'yes' | 'redacted';
  /** The answer in the pieces it is streamed in; may be a lazy flood. */
  readonly pieces: Iterable<string>;
  readonly tools: readonly ToolCall[];
  readonly finish: Finish;
  /** The text that ended the answer, which is no part of it. */
  readonly stopText?: string;
  readonly refusal?: Refusal;
  /** How many answers, all of them alike but for a number. */
  readonly choices: number;
  /** Undefined if this server tells none. */
  readonly usage: UsageSaid | undefined;
  readonly isUsageOnLastChunk: boolean;
}

export type Finish = 'stop' | 'stop-text' | 'length' | 'tool' | 'refusal';

export interface Refusal {
  /** The model says no; a filter cuts the answer in half; the prompt itself is refused. */
  readonly by: 'model' | 'filter' | 'prompt';
  readonly words: string;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
  /** The arguments as a model writes them: JSON, or nothing at all. */
  readonly argsText: string;
}

/** `input` holds `cached` and `written`, `output` holds `reasoning`. Numbers in an honest answer; anything in a lie. */
export interface UsageSaid {
  readonly input: number | string;
  readonly output: number | string;
  readonly total: number | string;
  readonly cached: number;
  /** Input tokens that were written to a cache. */
  readonly written: number;
  readonly reasoning: number;
}
