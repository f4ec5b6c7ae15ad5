import type { Asked, Call, CallKind } from '../model/call.ts';
import type { CallEvent, FailureMeaning } from '../model/call-event.ts';
import type { Frame, FrameSplitter } from '../model/frame.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ByteEdit, JsonOutline } from '../model/json-outline.ts';
import type { Operation } from '../model/operation.ts';
import type { RateStandings } from '../model/rate-standing.ts';
import type { SentFile } from '../model/sent-file.ts';
import type { Spellings } from '../model/spelling.ts';
import type { Usage } from '../model/usage.ts';
import type { Warnings } from '../model/warnings.ts';
import type { WireQuirks } from './wire-quirks.ts';

/**
 * A dialect: one wire format, and all the house needs to know of it. A dialect folder is pure. It knows no
 * socket, clock, logger, configuration, provider, nor any other dialect; what it is given it answers by
 * returning values.
 *
 * There are two ways through a dialect:
 *
 * 1. **Pass-through**, when client and backend speak the same one. The request's bytes go on untouched but for
 *    a few `ByteEdit`s; a `StreamListener` (or `hearWhole`) listens along for usage, completeness and errors.
 *    New vendor fields work on the day they appear. This way is hot.
 * 2. **Through the hub**, everywhere else. The client's dialect reads the request into a `Call`, the backend's
 *    writes that as its own; the backend's reads the answer into `CallEvent`s, and the client's writes those.
 *    N dialects cost N readers and N writers, never N x N. A whole answer is read as the few events a stream
 *    would have carried, so there is no second path for it, and an answer whose form is not the one that was
 *    asked for takes the same road.
 *
 * Optional members are capabilities: a dialect without streams has no `streamListener` and no `eventReader`; one
 * that only clients speak has no `writeRequest`, one that only backends speak has no `routes`.
 */
export interface Dialect {
  /** As the folder is called: `openai-chat`. */
  readonly name: string;
  /** What `supports` in the configuration calls this kind of work. */
  readonly operation: Operation;
  /**
   * The kind of call it can be read into; two dialects of one kind can be translated into each other. `passing` is no
   * kind at all: such a question goes to whoever speaks this very dialect, and its answer comes back in the form it has.
   */
  readonly kind: CallKind | 'passing';
  /**
   * Where clients find it on the main listener; the front makes its routes from these. `{model}` stands for a
   * name that may hold slashes and colons: `/v1beta/models/{model}:generateContent`.
   */
  readonly routes: readonly string[];

  /** The parameter of the query by which clients of this dialect may send their key (Gemini's `key`). */
  readonly queryKey?: string | undefined;

  /**
   * What routing and policy need of a request. Checks only what the gateway itself relies on; a backend judges
   * the rest. Throws `GatewayError('invalid_request', …, {param})` on a member of the wrong type.
   */
  readAsked(body: JsonObject, address: Address): Asked;

  /**
   * The edits that make this body fit for a backend of the same dialect: offsets into the original bytes, in
   * ascending order, not overlapping. `body` is the parsed form of the very same bytes. No wish, no edits.
   */
  planEdits(outline: JsonOutline, body: JsonObject, asked: Asked, wishes: EditWishes): ByteEdit[];

  /** Its requests may be forms (`multipart/form-data`) and not JSON; their fields then stand in for members. */
  readonly takesForms?: boolean | undefined;

  /**
   * Is an answer of this content type ('' = it names none) neither JSON nor events, but bytes that pass as they are?
   * Absent = there are none such.
   */
  readonly passesType?: ((contentType: string) => boolean) | undefined;

  /** How its clients spell what a writer of another dialect may have to tell them. */
  readonly spellings: Spellings;

  /** Headers of the client's that go on to a backend of the same dialect, as they are; lower case. */
  readonly forwardedHeaders?: readonly string[] | undefined;

  /** Headers of the client's that stand on its answer again, as they are; lower case. */
  readonly echoedHeaders?: readonly string[] | undefined;

  /** Headers every request in this dialect must have, unless the configuration or the client gives them: name and value in turn. */
  readonly requiredHeaders?: readonly string[] | undefined;

  /** Headers by which clients of this dialect name their session, beside the common ones; lower case. */
  readonly sessionHeaders?: readonly string[] | undefined;
  /** Its requests can say how the model is loaded: where the operator has pinned that, it is asked in no other. */
  readonly carriesLoadOptions?: boolean | undefined;

  /** How many objects deep the frames of its streams tell the `model`; absent = they do not, or not by that name. */
  readonly modelDepth?: number | undefined;

  /**
   * For dialects whose streams speak of usage only when asked: takes out of a frame, in place, what stands there
   * because the gateway asked and not the client.
   */
  readonly blankUsage?: ((frame: Buffer) => void) | undefined;

  /** What a whole (not streamed) answer with status 2xx says about itself; also asked about refusals. */
  hearWhole(answer: JsonValue): WholeHeard;

  /**
   * The answer in the form the request asked for, where a backend of this dialect is known to ignore the wish
   * and clients decode blindly; undefined = it is fine as it is.
   */
  correctWhole?(answer: JsonValue, request: JsonObject): JsonObject | undefined;

  /**
   * A request that asks several questions at once, as one body for each; undefined = it asks one. Only used where
   * the backend cannot be asked in this dialect.
   */
  splitBody?(body: JsonObject): readonly JsonObject[] | undefined;

  /** How many inputs one request for vectors may hold here; absent = any number. More are asked for in batches. */
  readonly inputsMax?: number | undefined;

  /** The names a tool may have here; others are replaced on the way there and put back on the way home. Absent = any. */
  readonly toolName?: RegExp | undefined;

  /** How streams of this dialect are cut into frames; absent = server-sent events. */
  readonly splitter?: ((frameBytesMax: number) => FrameSplitter) | undefined;

  /** The content type of a stream as a client of this address wants it; absent = server-sent events. */
  readonly streamType?: ((address: Address) => string) | undefined;

  /**
   * For clients of an address that want the very frames of the stream in another framing (Gemini's JSON array):
   * what passes through is re-framed, data for data. Undefined = frames go out as they come.
   */
  readonly reframer?: ((address: Address) => Reframer | undefined) | undefined;

  /**
   * A frame of a stream that says nothing, for clients that are to be kept waiting and stumble over comments; absent =
   * there is none. `model` is the client's word for it, `createdS` seconds since the epoch.
   */
  readonly emptyFrame?: ((model: string, createdS: number) => string) | undefined;

  /**
   * A frame for streams that have begun and whose backend is silent, which clients of this dialect know and skip;
   * absent = they know none.
   */
  readonly pingFrame?: string | undefined;

  /** A new listener for one streamed answer in this dialect. */
  readonly streamListener?: (() => StreamListener) | undefined;

  /** The error body of this surface (contract 5), with our own code and words, and the request's id where it has a place. */
  writeError(error: GatewayError, requestId?: string): JsonObject;

  /** The status of an error here, where this surface has one of its own for it (Anthropic's 529); absent = the error's. */
  errorStatus?(error: GatewayError): number;

  /**
   * Headers in which clients of this dialect look for what is left of their limits, beside those every surface has (contract
   * 5): names and values in turn. Absent = it has none of its own.
   */
  readonly rateHeaders?: ((standings: RateStandings) => string[]) | undefined;

  /** A prompt that was blocked before anything was generated is an answer here, not an error (Gemini's `promptFeedback`). */
  readonly tellsBlockedPrompts?: boolean | undefined;

  /** The wire request as a `Call`. Throws `GatewayError` on what cannot be read or may not be dropped. */
  readCall(body: JsonObject, reading: Reading): Call;

  /**
   * A call as a request of this dialect. Throws `unsupported_parameter` (by `writing.warnings.refuse`) on what
   * cannot be asked here. Deterministic: the same call gives the same bytes, so that prompt caches hold.
   */
  writeRequest?(call: Call, writing: Writing): JsonObject;

  /** A whole wire answer as the events a stream would have carried, from answer-start to answer-end. */
  eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[];

  /** A new reader that turns the frames of one stream into events. */
  readonly eventReader?: ((reading: AnswerReading) => EventReader) | undefined;

  /** A new writer that turns the events of one answer into the frames of a stream. */
  readonly frameWriter?: ((context: WriterContext) => FrameWriter) | undefined;

  /** A new writer that folds the events of one answer into a whole wire answer. */
  wholeWriter(context: WriterContext): WholeWriter;
}

/** Where a request was sent, for dialects that put a part of the question into the address. */
export interface Address {
  /** The route it came by, one of the dialect's: `/v1beta/models/{model}:generateContent`. */
  readonly route: string;
  /** What stood in the place of `{model}`, decoded; undefined if the route has no such place. */
  readonly model: string | undefined;
  /** The query as it was sent, without the `?`; '' if there was none. */
  readonly query: string;
}

/** What reading a request needs beside the body. */
export interface Reading {
  readonly address: Address;
  /** Where to tell what has no place in a `Call` and is dropped (letter W) or refused (letter E). */
  readonly warnings: Warnings;
  /** A piece of an earlier answer to this app that a writer asked to `remember`; undefined = unknown, or forgotten. */
  readonly recall?: ((id: string) => JsonObject | undefined) | undefined;
  /** The files a form has in a field, in their order; undefined = it was no form. */
  readonly files?: ((field: string) => readonly SentFile[]) | undefined;
}

/** What writing a request needs beside the call. */
export interface Writing {
  readonly isStream: boolean;
  readonly warnings: Warnings;
  /** How the backend differs from the book. */
  readonly quirks: WireQuirks;
  /** The most an answer may have: what this model can write (`models.<name>.max_output_tokens`), or less. */
  readonly outputTokensMax: number | undefined;
  /** What the operator has pinned for this model, for dialects that carry it. */
  readonly loadPins?: LoadPins | undefined;
}

/** How the operator has a model loaded, where requests could change that (`models.<name>.load_options`). */
export interface LoadPins {
  readonly options: JsonObject;
  /** Of what a client asks otherwise. `pin`: nothing stays. `max`: a smaller number does. `pass`: all does. */
  readonly policy: 'pin' | 'max' | 'pass';
}

/** What reading an answer needs beside its bytes. */
export interface AnswerReading {
  readonly warnings: Warnings;
  readonly quirks: WireQuirks;
}

/** Puts the data of passing frames into another framing. */
export interface Reframer {
  /** The data of one frame in its new dress. */
  frame(data: string): string;
  /** What ends the stream. */
  end(): string;
  /** A failure as the last piece of the stream, its end included. */
  fail(error: GatewayError): string;
}

/** What the gateway wants changed in a request on its way to a backend of the same dialect. */
export interface EditWishes {
  /** The name the backend knows the model by, if it differs from what the client wrote (or the client named none). */
  readonly model?: string | undefined;
  /** Ask the backend to report usage in its stream, though the client did not. */
  readonly forceStreamUsage: boolean;
  /** The app's system prompt, to stand before everything the client sends. */
  readonly systemPrompt?: string | undefined;
  /** Where to tell what had to be taken out of the client's own request. */
  readonly warnings: Warnings;
  /** What the operator has pinned for this model. */
  readonly pins?: LoadPins | undefined;
  /** No answer may be longer than so many tokens; whatever the client asks for is lowered to that, each choice by itself. */
  readonly outputTokensMax?: number | undefined;
  /** What the backend calls the limit on written tokens, where servers of this dialect differ; for who names none. */
  readonly tokensField?: WireQuirks['tokensField'] | undefined;
}

export interface WholeHeard {
  readonly usage?: Usage | undefined;
  /** How many pictures the answer holds; they may have a price of their own. */
  readonly images?: number | undefined;
  /** As how many requests it is billed, where the backend counts them otherwise than we do (searches of a rerank). */
  readonly requests?: number | undefined;
  /** How long the backend took to load the model first, if it did and tells. */
  readonly loadMs?: number | undefined;
  /** The answer is an error in disguise: a 200 whose body is an error object. */
  readonly error?: HeardError | undefined;
}

export interface HeardError {
  readonly message: string;
  /** What the failure means, where the dialect knows better than the status tells (protocols 10.9). */
  readonly meaning?: FailureMeaning | undefined;
  /** When the backend says trying again may help, in milliseconds (Gemini's RetryInfo). */
  readonly retryAfterMs?: number | undefined;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/**
 * Listens to one stream that passes through. `hear` is called once per complete frame, in order.
 * It must be cheap: it looks for the few frames that matter by bytes, and parses only those.
 */
export interface StreamListener {
  /**
   * `content`  forward it; it carries part of the answer (or may);
   * `usage`    a frame that holds nothing but usage: hide it from a client that did not ask for it;
   * `end`      the clean end marker (`[DONE]`), to be held back until the ledger has the entry;
   * `error`    an error inside a 200 stream: see `error`;
   * `comment`  nothing but comments or empty: keep-alive of the backend;
   * `nothing`  not for clients at all: drop it (Azure's frame about its filters).
   */
  hear(frame: Frame): 'content' | 'usage' | 'end' | 'error' | 'comment' | 'nothing';
  /** Has a terminal signal been seen? Without one, the end of the bytes is a failure (protocols 1.1, T5). */
  readonly isComplete: boolean;
  readonly usage: Usage | undefined;
  /** How long the backend took to load the model first, if it did and tells. */
  readonly loadMs?: number | undefined;
  readonly error: HeardError | undefined;
  /** What to send so that a complete stream ends as this dialect ends, when the backend left it out; or ''. */
  missingEnd(): string;
  /** The in-band failure for this very stream (sequence numbers and ids go on where the stream stopped). */
  errorFrames(error: GatewayError): string;
}

/** Turns the frames of a backend's stream into events; small state, one short method per kind of frame. */
export interface EventReader {
  push(frame: Frame): CallEvent[];
  /** After the last frame: what is still owed, an `error` event if the stream never came to its end. */
  end(): CallEvent[];
}

export interface WriterContext {
  /** Ids made for this answer are derived from it, so that they are stable and traceable. */
  readonly requestId: string;
  /** The model name the client asked for: clients compare it (protocols 10.12). */
  readonly model: string;
  /** Seconds since the epoch, for `created`. */
  readonly createdS: number;
  /** Milliseconds since the request was sent to the backend, now; for dialects that report durations. */
  readonly elapsedMs: () => number;
  /** Should a stream carry usage? (`stream_options.include_usage`, or always where the dialect says so.) */
  readonly withUsage: boolean;
  /** What the question probably comes to, for dialects that must say it before the backend does. */
  readonly inputTokensEstimate: number;
  /** The request as parsed, for dialects whose answers echo parts of it. */
  readonly request: JsonObject;
  readonly address: Address;
  /** Where to tell what of the answer has no place in this dialect. */
  readonly warnings: Warnings;
  /** Keeps a piece of this answer for a client that will only name it next time; bounded, and for this app alone. */
  readonly remember?: ((id: string, piece: JsonObject) => void) | undefined;
  /** Keeps a picture for a while under a link of this house; undefined = it cannot be kept. */
  readonly hostPicture?: ((base64: string, mediaType: string) => string | undefined) | undefined;
}

/** Turns events into wire frames as text; small state, one short method per kind of event. */
export interface FrameWriter {
  /** Never given an `error` event: that is what `fail` is for. */
  push(event: CallEvent): string;
  /** The in-band form of a failure after the first byte, from where this stream stands; no clean end marker follows. */
  fail(error: GatewayError): string;
}

/** Folds events into one whole answer. `finish` is called once, after `answer-end`. */
export interface WholeWriter {
  push(event: CallEvent): void;
  finish(): JsonObject;
}
