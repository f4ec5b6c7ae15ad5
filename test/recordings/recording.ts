/** The wire formats that recordings are in, and that clients are answered in. */
export type WireFormat =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-embeddings'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini-generate'
  | 'ollama-chat'
  | 'cohere-chat'
  | 'cohere-embed';

/** One answer of a backend, without its dress: no `data:`, no `event:`, no `[DONE]`. */
export interface Recording {
  /** Part of the model name it is asked for by: `anthropic-messages--anthropic-text-stream`. */
  readonly id: string;
  readonly dialect: WireFormat;
  /** The `type` of the backend that plays it. */
  readonly type: string;
  readonly form: 'whole' | 'stream';
  readonly status: number;
  /** One JSON text for each frame; exactly one for a whole answer. */
  readonly payloads: readonly string[];
  /** What comes after the last frame, without its dress. */
  readonly tail?: string | undefined;
  /** It ends without the end its format asks for, or says itself that it failed. */
  readonly isBroken: boolean;
  /** Shortened by who recorded it, so that its pieces do not add up to what its end says they do. */
  readonly isAbridged?: boolean;
  /** Made by hand: written from the vendors' documents, where nobody recorded the real thing. */
  readonly isMade: boolean;
}
