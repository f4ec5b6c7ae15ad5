import type { Asked, Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { ByteEdit, JsonOutline } from '../model/json-outline.ts';
import type { Operation } from '../model/operation.ts';
import type { SseFrame } from '../model/sse.ts';
import type { Usage } from '../model/usage.ts';

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
 * 2. **Through the hub**, everywhere else. `readCall` turns the wire request into a `Call`; an answer is read
 *    into `CallEvent`s and written out of them. The same road carries an answer whose form is not the one
 *    that was asked for: a whole answer where a stream was wanted, or the reverse.
 *
 * Optional members are capabilities: a dialect without streams has no `streamListener` and no `eventReader`.
 */
export interface Dialect {
  /** As the folder is called: `openai-chat`. */
  readonly name: string;
  /** What `supports` in the configuration calls this kind of work. */
  readonly operation: Operation;
  /** Where clients find it on the main listener; the front makes its routes from these. */
  readonly routes: readonly string[];

  /**
   * What routing and policy need of a request. Checks only what the gateway itself relies on; a backend judges
   * the rest. Throws `GatewayError('invalid_request', …, {param})` on a member of the wrong type.
   */
  readAsked(body: JsonObject): Asked;

  /**
   * The edits that make this body fit for a backend of the same dialect: offsets into the original bytes, in
   * ascending order, not overlapping. `body` is the parsed form of the very same bytes. No wish, no edits.
   */
  planEdits(outline: JsonOutline, body: JsonObject, asked: Asked, wishes: EditWishes): ByteEdit[];

  /** What a whole (not streamed) answer with status 2xx says about itself. */
  hearWhole(answer: JsonValue): WholeHeard;

  /**
   * The answer in the form the request asked for, where a backend of this dialect is known to ignore the wish
   * and clients decode blindly; undefined = it is fine as it is.
   */
  correctWhole?(answer: JsonValue, request: JsonObject): JsonObject | undefined;

  /** A new listener for one streamed answer in this dialect. */
  readonly streamListener?: (() => StreamListener) | undefined;

  /** The error body of this surface (contract 5), with our own code and words. */
  writeError(error: GatewayError): JsonObject;

  /**
   * The in-band form of a failure after the first byte: complete SSE frames, ready to send, after which the
   * stream is closed without any clean end marker. `progress` is what the listener or writer had seen.
   */
  writeErrorFrames?(error: GatewayError): string;

  /** The wire request as a `Call`. Throws `GatewayError` on what cannot be read. */
  readCall(body: JsonObject): Call;

  /** A whole wire answer as the events a stream would have carried, from answer-start to answer-end. */
  eventsOfWhole(answer: JsonValue): CallEvent[];

  /** A new reader that turns the frames of one stream into events. */
  readonly eventReader?: (() => EventReader) | undefined;

  /** A new writer that turns the events of one answer into the frames of a stream. */
  readonly frameWriter?: ((context: WriterContext) => FrameWriter) | undefined;

  /** A new writer that folds the events of one answer into a whole wire answer. */
  wholeWriter(context: WriterContext): WholeWriter;
}

/** What the gateway wants changed in a request on its way to a backend of the same dialect. */
export interface EditWishes {
  /** The name the backend knows the model by, if it differs from what the client wrote (or the client named none). */
  readonly model?: string | undefined;
  /** Ask the backend to report usage in its stream, though the client did not. */
  readonly forceStreamUsage: boolean;
  /** The app's system prompt, to stand before everything the client sends. */
  readonly systemPrompt?: string | undefined;
}

export interface WholeHeard {
  readonly usage?: Usage | undefined;
  /** How many pictures the answer holds; they may have a price of their own. */
  readonly images?: number | undefined;
  /** The answer is an error in disguise: a 200 whose body is an error object. */
  readonly error?: HeardError | undefined;
}

export interface HeardError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/**
 * Listens to one stream that passes through. `hear` is called once per complete SSE frame, in order.
 * It must be cheap: it looks for the few frames that matter by bytes, and parses only those.
 */
export interface StreamListener {
  /**
   * `content`  forward it; it carries part of the answer (or may);
   * `usage`    a frame that holds nothing but usage: hide it from a client that did not ask for it;
   * `end`      the clean end marker (`[DONE]`), to be held back until the ledger has the entry;
   * `error`    an error inside a 200 stream: see `error`;
   * `comment`  nothing but comments or empty: keep-alive of the backend.
   */
  hear(frame: SseFrame): 'content' | 'usage' | 'end' | 'error' | 'comment';
  /** Has a terminal signal been seen? Without one, the end of the bytes is a failure (protocols 1.1, T5). */
  readonly isComplete: boolean;
  readonly usage: Usage | undefined;
  readonly error: HeardError | undefined;
  /** What to send so that a complete stream ends as this dialect ends, when the backend left it out; or ''. */
  missingEnd(): string;
  /** The in-band failure for this very stream (sequence numbers and ids go on where the stream stopped). */
  errorFrames(error: GatewayError): string;
}

/** Turns the frames of a backend's stream into events; small state, one short method per kind of frame. */
export interface EventReader {
  push(frame: SseFrame): CallEvent[];
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
  /** Should a stream carry usage? (`stream_options.include_usage`, or always where the dialect says so.) */
  readonly withUsage: boolean;
  /** The request as parsed, for dialects whose answers echo parts of it. */
  readonly request: JsonObject;
}

/** Turns events into wire frames as text; small state, one short method per kind of event. */
export interface FrameWriter {
  push(event: CallEvent): string;
}

/** Folds events into one whole answer. `finish` is called once, after `answer-end`. */
export interface WholeWriter {
  push(event: CallEvent): void;
  finish(): JsonObject;
}
