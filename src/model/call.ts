import type { JsonObject, JsonValue } from './json.ts';
import type { Operation } from './operation.ts';

/**
 * A call: what was asked, in nobody's dialect. It is read only where the bytes cannot pass through untouched
 * (another dialect behind, or a backend inside this house); routing needs only `Asked`.
 */
export type Call = GenerationCall | EmbeddingsCall | ImagesCall;

/** Chat, completions and responses: messages in, events out. */
export interface GenerationCall {
  readonly kind: 'generation';
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** `name` forces one tool; absent = the dialect's default. */
  readonly toolChoice?:
    | { readonly mode: 'auto' | 'none' | 'required' | 'tool'; readonly name?: string }
    | undefined;
  readonly outputTokensMax?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly stop: readonly string[];
  /** How many answers to the same question. */
  readonly choices: number;
  readonly responseFormat?: ResponseFormat | undefined;
  /** Members of the wire request that have no place above, by their wire name. */
  readonly extra: JsonObject;
}

export interface EmbeddingsCall {
  readonly kind: 'embeddings';
  readonly model: string;
  /** Texts, or token ids for backends that take them. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions?: number | undefined;
}

export interface ImagesCall {
  readonly kind: 'images';
  readonly model: string;
  readonly prompt: string;
  readonly count: number;
  /** Pixels; undefined = the backend's choice. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly name?: string | undefined;
  /** On a `tool` message: which tool use this answers. */
  readonly toolUseId?: string | undefined;
}

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: string | undefined }
  | { readonly type: 'image'; readonly url: string; readonly detail?: string | undefined }
  | { readonly type: 'audio'; readonly base64: string; readonly format: string }
  | {
      readonly type: 'file';
      readonly url?: string | undefined;
      readonly fileId?: string | undefined;
      readonly name?: string | undefined;
    }
  /** `arguments` is the text the model wrote: perhaps empty, perhaps not JSON. */
  | { readonly type: 'tool-use'; readonly id: string; readonly name: string; readonly arguments: string };

export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  /** A JSON schema; absent = a tool without arguments. */
  readonly parameters?: JsonObject | undefined;
  readonly strict?: boolean | undefined;
}

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: JsonValue;
      readonly strict?: boolean | undefined;
    };

/**
 * The little that routing, policy and arbitration must know of a request, whatever its kind. It is read on
 * every call, so reading it allocates nothing but itself.
 */
export interface Asked {
  readonly operation: Operation;
  /** As the client wrote it; undefined = none was named. */
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** Did the client itself ask for usage in the stream? If not, what we force must be hidden again. */
  readonly wantsStreamUsage: boolean;
  readonly outputTokensMax: number | undefined;
  /** Answers asked for at once (`n`); multiplies what may be written. */
  readonly choices: number;
  /** What the body itself says about its session (`prompt_cache_key`), if anything. */
  readonly sessionKey: string | undefined;
}
