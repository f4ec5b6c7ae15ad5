/** The contract of a dialect's operations: one file in `dialects/` each, assembled in `all-operations.ts`. */
import type { Asked, Said } from './asked-and-said.ts';
import type { Frame, Framing } from './frames.ts';
import type { Json, JsonObject } from './json.ts';

export interface Arrived {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** How a dialect words a failure, whichever of its operations failed. */
export interface FailureWords {
  envelope(status: number, message: string): Json;
  /** The same in the middle of a stream, `at` being how many frames came before. */
  frame(status: number, message: string, at: number): Frame;
  /** What comes behind that frame where it is not the last; `opening` is the stream's first. */
  farewell?(opening: Frame, failed: Frame, at: number): Frame;
  /** A prompt that does not fit, with status 400; without this, only a plain failure. `style`: whose words. */
  tooLong?(length: PromptLength, style: string): Json;
  /** A prompt that is refused unanswered, with status 400, where the answer itself has no words for it. */
  refusedPrompt?(): Json;
}

export interface PromptLength {
  readonly tokens: number;
  readonly tokensMax: number;
}

export interface Streamed {
  readonly framing: Framing;
  readonly frames: Iterable<Frame>;
}

export interface Operation {
  /** `openai-chat`, `ollama-generate` … as it stands in the journal. */
  readonly name: string;
  readonly failure: FailureWords;
  matches(method: string, path: string): boolean;
  /** The model asked for; empty if the operation has none. Read before the scenario, which may stand in it. */
  modelOf(arrived: Arrived): string;
  /** Where method and path do not tell enough: is it this one that is meant? */
  isMeant?(arrived: Arrived): boolean;
  answer: GeneratedAnswer | PlainAnswer;
  /** Changes what is in memory, or tells of it, in the place of `answer`; it may take its time. */
  reply?(arrived: Arrived): Promise<Json | PlainBody> | Json | PlainBody;
}

/** An operation that talks: its answer comes whole or in a stream, and obeys every scenario. */
export interface GeneratedAnswer {
  readonly kind: 'generated';
  read(arrived: Arrived): Asked;
  whole(said: Said, asked: Asked): Json;
  stream(said: Said, asked: Asked): Streamed;
}

/** An operation that looks something up: always whole. */
export interface PlainAnswer {
  readonly kind: 'plain';
  whole(arrived: Arrived, house: House): Json | PlainBody;
}

/** Anything but JSON: a picture, a line of text. */
export class PlainBody {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly status: number;

  constructor(contentType: string, bytes: Buffer, status = 200) {
    this.contentType = contentType;
    this.bytes = bytes;
    this.status = status;
  }
}

/** What a look-up may ask the server about itself. */
export interface House {
  readonly url: string;
  readonly models: readonly string[];
  /** Models that were asked for and not unloaded since, the last one last. */
  readonly residents: ReadonlySet<string>;
  unload(model: string): void;
}
