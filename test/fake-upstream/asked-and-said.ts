/**
 * One request and one answer, free of any dialect: what the dialect files read into and write from. It knows no wire
 * format; it is no model of the gateway's own words either, so that neither's mistakes hide the other's.
 */
import type { JsonObject } from './json.ts';

export interface Asked {
  readonly model: string;
  /** The text of the last user turn. */
  readonly text: string;
  /** All text of the request, only for counting it. */
  readonly prompt: string;
  readonly wantsStream: boolean;
  /** OpenAI's `stream_options.include_usage`; the other dialects always report usage. */
  readonly wantsUsage: boolean;
  readonly tool?: ToolOffered;
  /** The last turn's tool result: the answer then is text, or a client's tool loop would never end. */
  readonly toolResult?: string;
  readonly tokensMax?: number;
  readonly body: JsonObject;
}

export interface ToolOffered {
  readonly name: string;
  readonly schema: JsonObject;
}

export interface Said {
  /** Unique within the server, the same for the same order of requests. */
  readonly id: string;
  readonly createdAt: Date;
  readonly model: string;
  readonly thoughts: readonly string[];
  /** The answer in the pieces it is streamed in; may be a lazy flood. */
  readonly pieces: Iterable<string>;
  readonly tool?: ToolCall;
  readonly finish: 'stop' | 'length' | 'tool';
  /** Undefined if this server tells none. */
  readonly usage: UsageSaid | undefined;
  readonly isUsageOnLastChunk: boolean;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** `input` holds `cached`, `output` holds `reasoning`. Numbers in an honest answer; anything in a lie. */
export interface UsageSaid {
  readonly input: number | string;
  readonly output: number | string;
  readonly total: number | string;
  readonly cached: number;
  readonly reasoning: number;
}
