import type { WireQuirks } from '../dialects/wire-quirks.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { applyEdits, type JsonOutline, outlineJson } from '../model/json-outline.ts';
import { isGenerating } from '../model/operation.ts';
import type { Secret } from '../model/secret.ts';
import type { Usage } from '../model/usage.ts';
import { Warnings } from '../model/warnings.ts';
import { backendFailure } from '../upstream/backend-failure.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import { type Outcome, type Relay, WHOLE_BYTES_MAX } from './relay.ts';
import { tokensWritten } from './written-tokens.ts';

/** Gathers the pieces of a body that is only of use whole. Throws `upstream_bad_response` past `bytesMax`. */
export class Pieces {
  readonly #pieces: Buffer[] = [];
  readonly #bytesMax: number;
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#bytesMax) {
      throw new GatewayError(
        'upstream_bad_response',
        `The backend's answer is larger than ${this.#bytesMax} bytes.`,
      );
    }
    this.#pieces.push(piece);
  }

  whole(): Buffer {
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first !== undefined
      ? first
      : Buffer.concat(this.#pieces, this.#length);
  }
}

/** Parses a backend's whole answer. Throws `upstream_bad_response`. */
export function parseAnswer(bytes: Buffer): JsonValue {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue;
  } catch {
    throw new GatewayError(
      'upstream_bad_response',
      "The backend's answer is not valid JSON, or was cut off.",
    );
  }
}

/** What the relay of a whole answer must know besides the answer. */
export interface WholeWishes {
  /** Give the client the model name it asked for, where the backend knows the model by another. */
  readonly modelShown: string | undefined;
  /** What was asked, as the client wrote it. */
  readonly request: JsonObject;
  /** Hears the answer, parsed, where it may be wanted again. */
  readonly onAnswer?: ((answer: JsonValue) => void) | undefined;
  /** For reading an answer that tells no usage: how its backend differs from the book. */
  readonly quirks: WireQuirks;
  /** The key the backend was sent: it must not come back in the words of an error. */
  readonly key: Secret | undefined;
}

/**
 * Passes a whole answer on in its own dialect: the backend's bytes, looked into for usage and for errors in
 * disguise (a 200 whose body is an error object).
 */
export class WholeRelay implements Relay {
  readonly #exchange: Exchange;
  readonly #head: AnswerHead;
  readonly #wishes: WholeWishes;
  readonly #pieces = new Pieces(WHOLE_BYTES_MAX);
  #usage: Usage | undefined;
  #images = 0;
  #contentTokens = 0;
  #requests: number | undefined;
  #loadMs: number | undefined;

  constructor(exchange: Exchange, head: AnswerHead, wishes: WholeWishes) {
    this.#exchange = exchange;
    this.#head = head;
    this.#wishes = wishes;
  }

  get outcome(): Outcome {
    return {
      usage: this.#usage,
      error: undefined,
      contentTokens: this.#contentTokens,
      images: this.#images,
      requests: this.#requests,
      loadMs: this.#loadMs,
    };
  }

  push(piece: Buffer): void {
    this.#pieces.add(piece);
  }

  end(): void {
    const bytes = this.#pieces.whole();
    const parsed = parseAnswer(bytes);
    const heard = this.#exchange.dialect.hearWhole(parsed);
    if (heard.error !== undefined) throw backendFailure(heard.error, this.#wishes.key);
    this.#usage = heard.usage;
    if (heard.usage === undefined) this.#contentTokens = this.#tokensOf(parsed);
    this.#images = heard.images ?? 0;
    this.#requests = heard.requests;
    this.#loadMs = heard.loadMs;
    const corrected = this.#exchange.dialect.correctWhole?.(parsed, this.#wishes.request);
    const answer = corrected === undefined ? bytes : Buffer.from(JSON.stringify(corrected));
    this.#wishes.onAnswer?.(parsed);
    this.#exchange.answerWhole(this.#headWith(heard.loadMs), this.#shown(answer));
  }

  fail(error: GatewayError): void {
    throw error;
  }

  /** What it probably took to write it. */
  #tokensOf(answer: JsonValue): number {
    const { dialect } = this.#exchange;
    if (!isGenerating(dialect.operation)) return 0;
    const reading = { warnings: new Warnings(), quirks: this.#wishes.quirks };
    return dialect.eventsOfWhole(answer, reading).reduce((sum, event) => sum + tokensWritten(event), 0);
  }

  /** What the backend tells of loading its model, where nobody loaded it by order. */
  #headWith(loadMs: number | undefined): AnswerHead {
    return loadMs === undefined || this.#head.loadMs !== undefined ? this.#head : { ...this.#head, loadMs };
  }

  #shown(bytes: Buffer): Buffer {
    const { modelShown } = this.#wishes;
    if (modelShown === undefined) return bytes;
    const outline = outlineAnswer(bytes);
    if (outline?.span('model') === undefined) return bytes;
    return applyEdits(bytes, [outline.editToSet('model', JSON.stringify(modelShown))]);
  }
}

/** Undefined for an answer that has a member twice: a backend's slip, which its client may see as it is. */
function outlineAnswer(bytes: Buffer): JsonOutline | undefined {
  try {
    return outlineJson(bytes, { depthMax: Number.POSITIVE_INFINITY, valuesMax: Number.POSITIVE_INFINITY });
  } catch {
    return undefined;
  }
}
