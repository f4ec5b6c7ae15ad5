import type { JsonObject, JsonValue } from './json.ts';
import type { Operation } from './operation.ts';
import type { SentFile } from './sent-file.ts';
import type { Signature } from './signature.ts';

/**
 * A call: what was asked, in nobody's dialect. It is read only where the bytes cannot pass through untouched
 * (another dialect behind, or a backend inside this house); routing needs only `Asked`.
 */
export type Call = GenerationCall | EmbeddingsCall | ImagesCall | ImageChangeCall | RerankCall | CountCall;

export type CallKind = Call['kind'];

/** Chat, completions and responses: messages in, events out. */
export interface GenerationCall {
  readonly kind: 'generation';
  readonly model: string;
  /** System messages stand where they stood; a writer whose dialect has another place for them moves the leading ones. */
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** `name` forces one tool; absent = the dialect's default. Only ever given where there are tools. */
  readonly toolChoice?: ToolChoice | undefined;
  /** false = at most one tool use in a turn; absent = the dialect's default. */
  readonly parallelTools?: boolean | undefined;
  readonly outputTokensMax?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly seed?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly stop: readonly string[];
  /** How many answers to the same question. */
  readonly choices: number;
  /** Log probabilities of the tokens, with so many alternatives for each. */
  readonly logprobs?: { readonly alternatives: number } | undefined;
  readonly responseFormat?: ResponseFormat | undefined;
  readonly reasoning?: Reasoning | undefined;
  readonly verbosity?: string | undefined;
  /** Who is behind the request, as the client names its user. */
  readonly user?: string | undefined;
  /** A text completion, not a talk: one user message goes to the model without a template around it. */
  readonly isRawPrompt?: boolean | undefined;
  /** What shall follow the completion (fill in the middle). */
  readonly suffix?: string | undefined;
  /**
   * Members of the wire request that have no place above, by their wire name, with those already left out that
   * nobody can miss (protocols' letter D). A writer takes what its dialect knows and warns of the rest.
   */
  readonly extra: JsonObject;
}

export type ToolChoice = { readonly mode: 'auto' | 'none' | 'required' | 'tool'; readonly name?: string };

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How much the model shall think before it answers (protocols 10.6). Absent members: nothing was said. */
export interface Reasoning {
  readonly effort?: Effort | undefined;
  /** Thinking tokens, where the client gave a number and not a word. */
  readonly budgetTokens?: number | undefined;
  /** The client leaves the amount to the model. */
  readonly isAdaptive?: boolean | undefined;
  /** Does the client want to read the thoughts? Absent = as its dialect is used to. */
  readonly showsThoughts?: boolean | undefined;
}

export interface EmbeddingsCall {
  readonly kind: 'embeddings';
  readonly model: string;
  /** Texts, or token ids for backends that take them. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions?: number | undefined;
  /** What the vectors are for, in one convention: Cohere's words (`search_document`, `search_query`, `classification`, `clustering`). */
  readonly purpose?: string | undefined;
  readonly title?: string | undefined;
  /** May inputs that are too long be cut? Absent = as the backend is used to. */
  readonly truncates?: boolean | undefined;
  readonly extra: JsonObject;
}

export interface ImagesCall {
  readonly kind: 'images';
  readonly model: string;
  readonly prompt: string;
  readonly count: number;
  /** Pixels; undefined = the backend's choice. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** How the pictures are to be made beyond that, as the client wrote it; who does not heed a member tells so. */
  readonly extra?: JsonObject | undefined;
}

/** Pictures out of pictures. */
export interface ImageChangeCall extends Omit<ImagesCall, 'kind'> {
  readonly kind: 'image-change';
  /** `edit`: as the prompt says; `variation`: something like it, and there is no prompt. */
  readonly change: 'edit' | 'variation';
  /** At least one. */
  readonly pictures: readonly SentFile[];
  /** Where it is transparent the first picture shall be changed, and nowhere else. */
  readonly mask?: SentFile | undefined;
}

/** Which of these documents answer this query best? */
export interface RerankCall {
  readonly kind: 'rerank';
  readonly model: string;
  /** Texts, or objects for backends that compare more than texts. */
  readonly query: string | JsonObject;
  readonly documents: readonly (string | JsonObject)[];
  /** Only the best so many; absent = all. */
  readonly top?: number | undefined;
  readonly returnsDocuments: boolean;
  /** How many tokens of each document are read at most. */
  readonly documentTokensMax?: number | undefined;
  readonly extra: JsonObject;
}

/** How many tokens would this call read? The answer is a `usage` event with nothing but `inputTokens`. */
export interface CountCall {
  readonly kind: 'count';
  readonly model: string;
  readonly of: GenerationCall;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly name?: string | undefined;
  /** On a `tool` message: which tool use this answers. Every result is a message of its own. */
  readonly toolUseId?: string | undefined;
  /** On a `tool` message: the tool failed. */
  readonly isError?: boolean | undefined;
}

/** A mark of the client's: up to here the prompt may be kept in a cache (protocols 10.11). */
export interface CacheMark {
  readonly ttl?: '5m' | '1h' | undefined;
}

export type Part = (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: Signature | undefined }
  /** Thoughts nobody but their maker can read; `signature.value` is all there is. */
  | { readonly type: 'redacted-thinking'; readonly signature: Signature }
  /** `url`: http(s), or data: with the picture itself. */
  | {
      readonly type: 'image';
      readonly url?: string | undefined;
      readonly fileId?: string | undefined;
      readonly detail?: string | undefined;
    }
  | { readonly type: 'audio'; readonly base64: string; readonly format: string }
  /** A document or any other medium. `url`: http(s), or data: with the bytes themselves and their media type. */
  | {
      readonly type: 'file';
      readonly url?: string | undefined;
      readonly fileId?: string | undefined;
      readonly name?: string | undefined;
      /** What the client says of the document beside its bytes. */
      readonly context?: string | undefined;
    }
  /** `arguments` is the text the model wrote: perhaps empty, perhaps not JSON. */
  | {
      readonly type: 'tool-use';
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly signature?: Signature | undefined;
    }
) & { readonly cache?: CacheMark | undefined };

export type PartOf<Type extends Part['type']> = Extract<Part, { readonly type: Type }>;

export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  /** A JSON schema; absent = a tool without arguments. */
  readonly parameters?: JsonObject | undefined;
  readonly strict?: boolean | undefined;
  readonly cache?: CacheMark | undefined;
}

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: JsonValue;
      readonly description?: string | undefined;
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
