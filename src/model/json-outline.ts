import { GatewayError } from './gateway-error.ts';

/**
 * Where the members of a JSON object stand in its bytes. With it a body can be changed in one place and sent
 * on otherwise untouched, which keeps upstream prompt caches and signatures valid (protocols 1, T17).
 *
 * The outline is one pass over the bytes, before anything is parsed, so it is also where a body that would
 * hurt the event loop is refused: too deep, too many values, the same member twice (faults.md J2-J4).
 * It takes the bytes for JSON; `JSON.parse`, which follows, is the judge of that.
 */
export interface JsonLimits {
  readonly depthMax: number;
  readonly valuesMax: number;
}

/**
 * How much one body may hold. Values are weighed by what they cost to parse: an element of a list one, a list or
 * object three, a member with its name ten. This admits a million numbers or a hundred thousand members, which
 * block a process for less than a tenth of a second; ten million bytes of `{},{},…` would for half a second (J2).
 */
export const VALUES_MAX = 1_000_000;

const ELEMENT_WEIGHT = 1;
const BRACKET_WEIGHT = 3;
const MEMBER_WEIGHT = 10;

/** Replace the bytes from `start` up to, not including, `end` by `text`. */
export interface ByteEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** The top-level members of one JSON object, by name, with the byte range of each value. */
export class JsonOutline {
  /** Places by name; a map, for a hostile body may have as many members as `valuesMax` allows. */
  readonly #places = new Map<string, number>();
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Offset just after the opening brace: where a new first member can be put. -1 if this is no object. */
  bodyStart = -1;

  /** Byte range of the value of `name`, or undefined if there is no such member. */
  span(name: string): { readonly start: number; readonly end: number } | undefined {
    const at = this.#places.get(name);
    if (at === undefined) return undefined;
    return { start: this.#starts[at] as number, end: this.#ends[at] as number };
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Replaces the member's value, or adds the member in front of the others. `json` is JSON text. */
  editToSet(name: string, json: string): ByteEdit {
    const span = this.span(name);
    if (span !== undefined) return { ...span, text: json };
    const comma = this.isEmpty ? '' : ',';
    return { start: this.bodyStart, end: this.bodyStart, text: `${JSON.stringify(name)}:${json}${comma}` };
  }

  /** For the scanner alone. Throws on a name that already stands: parsers disagree about which one counts. */
  add(name: string, start: number, end: number): void {
    if (this.#places.has(name)) {
      throw new GatewayError(
        'invalid_request',
        `The request body has the member "${name}" twice; send it once.`,
        {
          param: name,
        },
      );
    }
    this.#places.set(name, this.#starts.length);
    this.#starts.push(start);
    this.#ends.push(end);
  }
}

/** Outlines a JSON object. Throws `GatewayError('invalid_request')` when a limit is passed. */
export function outlineJson(bytes: Buffer, limits: JsonLimits): JsonOutline {
  return new OutlineScan(bytes, limits).run();
}

/** The state of one pass. Only what stands at depth 1 is remembered; deeper bytes are only counted. */
class OutlineScan {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #outline = new JsonOutline();
  #depth = 0;
  #values = 0;
  #name: string | undefined;
  #valueStart = -1;
  #stringStart = -1;
  #stringEnd = -1;

  constructor(bytes: Buffer, limits: JsonLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  run(): JsonOutline {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) at = this.#string(at);
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(at);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(at);
      else if (byte === COMMA) this.#comma(at);
      else if (byte === COLON) this.#colon(at);
    }
    return this.#outline;
  }

  /** Answers the offset of the closing quote. */
  #string(from: number): number {
    const bytes = this.#bytes;
    let at = from + 1;
    while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    if (this.#depth === 1) {
      this.#stringStart = from;
      this.#stringEnd = at + 1;
    }
    return at;
  }

  #open(at: number): void {
    if (this.#depth === 0 && this.#bytes[at] === OPEN_BRACE) this.#outline.bodyStart = at + 1;
    this.#depth++;
    if (this.#depth > this.#limits.depthMax) {
      throw new GatewayError(
        'invalid_request',
        `The request body is nested more than ${this.#limits.depthMax} levels deep (limits.max_json_depth).`,
      );
    }
    this.#count(BRACKET_WEIGHT);
  }

  #close(at: number): void {
    if (this.#depth === 1) this.#endMember(at);
    this.#depth--;
  }

  #comma(at: number): void {
    if (this.#depth === 1) this.#endMember(at);
    this.#count(ELEMENT_WEIGHT);
  }

  #colon(at: number): void {
    this.#count(MEMBER_WEIGHT);
    if (this.#depth !== 1 || this.#name !== undefined || this.#stringStart < 0) return;
    this.#name = this.#readName();
    this.#valueStart = this.#skipSpace(at + 1);
  }

  #endMember(at: number): void {
    if (this.#name === undefined) return;
    this.#outline.add(this.#name, this.#valueStart, this.#trimSpace(at));
    this.#name = undefined;
    this.#stringStart = -1;
  }

  #count(weight: number): void {
    this.#values += weight;
    if (this.#values > this.#limits.valuesMax) {
      throw new GatewayError(
        'invalid_request',
        'The request body holds too many values to be read in good time; send it in several requests.',
      );
    }
  }

  /** Names are nearly always plain; one with an escape is decoded as JSON says, so that it cannot hide. */
  #readName(): string {
    const literal = this.#bytes.toString('utf8', this.#stringStart, this.#stringEnd);
    if (!literal.includes('\\')) return literal.slice(1, -1);
    try {
      return String(JSON.parse(literal));
    } catch {
      return literal;
    }
  }

  #skipSpace(from: number): number {
    let at = from;
    while (isSpace(this.#bytes[at])) at++;
    return at;
  }

  #trimSpace(to: number): number {
    let at = to;
    while (isSpace(this.#bytes[at - 1])) at--;
    return at;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Applies edits (ascending, not overlapping) and copies everything else. No edits: the very same buffer. */
export function applyEdits(bytes: Buffer, edits: readonly ByteEdit[]): Buffer {
  if (edits.length === 0) return bytes;
  const pieces: Buffer[] = [];
  let from = 0;
  for (const edit of edits) {
    pieces.push(bytes.subarray(from, edit.start), Buffer.from(edit.text, 'utf8'));
    from = edit.end;
  }
  pieces.push(bytes.subarray(from));
  return Buffer.concat(pieces);
}
