import type { Usage } from './usage.ts';

/**
 * A piece of the answer, in nobody's dialect. An answer is always a sequence of events, even a whole one:
 *
 *   answer-start  (text-delta | thinking-delta | refusal-delta | tool-use-start tool-use-delta* | …)*
 *   [usage]  choice-end+  [usage]  answer-end            or, at any moment,  error  and nothing after it
 *
 * - A tool use is named by its id, never by its position: one dialect counts all blocks, another only tools.
 * - Usage may come first, last or between; each later report replaces the earlier one.
 * - `choice` counts from 0; dialects with a single answer only ever see 0.
 */
export type CallEvent =
  | {
      readonly type: 'answer-start';
      readonly id?: string | undefined;
      readonly model: string;
      readonly createdS?: number | undefined;
    }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'thinking-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'tool-use-start'; readonly choice: number; readonly id: string; readonly name: string }
  | {
      readonly type: 'tool-use-delta';
      readonly choice: number;
      readonly id: string;
      readonly arguments: string;
    }
  | { readonly type: 'choice-end'; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: 'embedding'; readonly index: number; readonly vector: readonly number[] }
  | {
      readonly type: 'image';
      readonly index: number;
      readonly base64: string;
      readonly mediaType: string;
      readonly revisedPrompt?: string | undefined;
    }
  | {
      readonly type: 'image-url';
      readonly index: number;
      readonly url: string;
      readonly revisedPrompt?: string | undefined;
    }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'answer-end' }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly code?: string | undefined;
      readonly backendType?: string | undefined;
    };

export type FinishReason = 'stop' | 'length' | 'tool-use' | 'content-filter' | 'refusal';
