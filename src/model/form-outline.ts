import { isUtf8 } from 'node:buffer';
import { GatewayError } from './gateway-error.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ByteEdit } from './json-outline.ts';

/**
 * Where the fields of a form (`multipart/form-data`, RFC 7578) stand in its bytes: what `JsonOutline` is for JSON. It is
 * fed the pieces as they arrive and keeps none of them, only the values of short text fields; so a form of any size can
 * be changed in one place and sent on otherwise untouched.
 *
 * It is strict on purpose. Policy goes by the model read here, the backend by the one it reads itself: whatever two
 * readers could take for different forms (a name in two spellings, text around the parts, half a boundary inside one)
 * is refused and not guessed at.
 */
export interface FormOutline {
  /** Text fields by name, several of one name as a list; a file as what it is called and what it is. */
  readonly body: JsonObject;
  /** Where the files of a field stand, in their order; there may be none. */
  filesOf(name: string): readonly Span[];
  /** Of the whole form, in bytes. */
  readonly length: number;
  /** Replaces the value of the first text field of that name, or adds the field in front of the others. */
  editToSet(name: string, value: string): ByteEdit;
}

/** From one offset up to another, in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** More parts than any API takes; a million would be a million headers to read (faults.md P14). */
const PARTS_MAX = 1_000;
/** Names of files are all that can make a part's headers long. */
const HEADERS_BYTES_MAX = 8 * 1024;
/** Prompts are the longest texts in forms, and no API takes one so long. */
const TEXT_BYTES_MAX = 64 * 1024;
const TEXTS_BYTES_MAX = 256 * 1024;

const CRLF = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');

/** The boundary in a content type of a form; undefined = it is no form. Throws on a form without a boundary one may use. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) return undefined;
  const found = /;\s*boundary=(?:"([^"]*)"|([^\s;"]*))\s*(?:;|$)/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2] ?? '';
  // RFC 2046, 5.1.1.
  if (!/^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/.test(boundary))
    throw broken('its content type names no boundary');
  return boundary;
}

/** Reads one form, piece by piece. */
export class FormReader {
  readonly #boundary: string;
  readonly #delimiter: Buffer;
  readonly #parts: Part[] = [];
  /** What has not been read yet; the first line has no line end before it, so one is put there. */
  #rest = CRLF;
  /** Where `#rest` begins in the form. */
  #restAt = -CRLF.length;
  #state: 'before' | 'headers' | 'value' | 'after' = 'before';
  #textBytes = 0;

  constructor(boundary: string) {
    this.#boundary = boundary;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Throws `GatewayError('invalid_request')` on what is no form, or no unambiguous one. */
  push(piece: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    while (this.#step());
  }

  /** All has come. */
  end(): FormOutline {
    if (this.#state !== 'after') throw broken('it is cut off');
    return outlineOf(this.#parts, this.#boundary, this.#restAt + this.#rest.length);
  }

  /** False: more bytes are needed. */
  #step(): boolean {
    if (this.#state === 'before') return this.#opening();
    if (this.#state === 'headers') return this.#headers();
    if (this.#state === 'value') return this.#value();
    return this.#epilogue();
  }

  /** The first delimiter; some clients put one line end more in front of it. */
  #opening(): boolean {
    const at = this.#rest.indexOf(this.#delimiter);
    if (at < 0 && this.#rest.length < this.#delimiter.length + CRLF.length) return false;
    const isExtraLine = at === CRLF.length && this.#rest.indexOf(HEADERS_END) === 0;
    if (at !== 0 && !isExtraLine) throw broken('it does not begin with its boundary');
    this.#skip(at);
    return this.#border();
  }

  #value(): boolean {
    const at = this.#rest.indexOf(this.#delimiter);
    this.#take(at < 0 ? Math.max(this.#rest.length - this.#delimiter.length + 1, 0) : at);
    return at < 0 ? false : this.#border();
  }

  /** A delimiter is next. */
  #border(): boolean {
    const behind = this.#delimiter.length;
    if (this.#rest.length < behind + 2) return false;
    const mark = this.#rest.toString('latin1', behind, behind + 2);
    if (mark !== '\r\n' && mark !== '--') throw broken('its boundary stands in the middle of a part');
    const part = this.#parts.at(-1);
    if (part !== undefined) part.end = this.#restAt;
    this.#skip(behind + 2);
    this.#state = mark === '--' ? 'after' : 'headers';
    return true;
  }

  /** Bytes of a value: those of a file are only passed over. */
  #take(length: number): void {
    const text = this.#parts.at(-1)?.text;
    if (text !== undefined) this.#keep(text, this.#rest.subarray(0, length));
    this.#skip(length);
  }

  #keep(text: KeptText, bytes: Buffer): void {
    text.length += bytes.length;
    this.#textBytes += bytes.length;
    if (text.length > TEXT_BYTES_MAX || this.#textBytes > TEXTS_BYTES_MAX) text.isTooLong = true;
    else if (bytes.length > 0) text.pieces.push(Buffer.from(bytes));
  }

  #headers(): boolean {
    const end = this.#rest.indexOf(HEADERS_END);
    if (end > HEADERS_BYTES_MAX || (end < 0 && this.#rest.length > HEADERS_BYTES_MAX))
      throw broken(`the headers of a part are longer than ${HEADERS_BYTES_MAX} bytes`);
    if (end < 0) return false;
    if (this.#parts.length === PARTS_MAX) throw broken(`it has more than ${PARTS_MAX} parts`);
    const part = readHeaders(this.#rest.toString('utf8', 0, end));
    this.#skip(end + HEADERS_END.length);
    this.#parts.push({ ...part, start: this.#restAt, end: -1 });
    this.#state = 'value';
    return true;
  }

  /** Nothing but a line end may follow. */
  #epilogue(): boolean {
    if (this.#rest.length > CRLF.length || !CRLF.subarray(0, this.#rest.length).equals(this.#rest))
      throw broken('something follows its last part');
    return false;
  }

  #skip(length: number): void {
    this.#rest = this.#rest.subarray(length);
    this.#restAt += length;
  }
}

interface KeptText {
  readonly pieces: Buffer[];
  length: number;
  isTooLong: boolean;
}

interface Part {
  readonly name: string;
  /** Undefined of a file. */
  readonly text: KeptText | undefined;
  readonly file: JsonObject;
  readonly start: number;
  end: number;
}

function readHeaders(block: string): Pick<Part, 'name' | 'text' | 'file'> {
  const headers = new Map<string, string>();
  for (const line of block.split('\r\n')) {
    const [, name, value] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || headers.has(name.toLowerCase()))
      throw broken('a part has headers that cannot be read');
    headers.set(name.toLowerCase(), value);
  }
  const disposition = readDisposition(headers.get('content-disposition') ?? '');
  const name = disposition.get('name');
  if (name === undefined || /[\\\r\n]|%22/.test(name)) throw broken('a part has no name that can be read');
  if (!/^(7bit|8bit|binary)$/i.test(headers.get('content-transfer-encoding') ?? 'binary'))
    throw broken('a part is encoded; send its bytes as they are');
  const filename = disposition.get('filename') ?? disposition.get('filename*');
  return {
    name,
    text: filename === undefined ? { pieces: [], length: 0, isTooLong: false } : undefined,
    file: { filename: filename ?? '', content_type: headers.get('content-type') ?? '' },
  };
}

const parameter = /^\s*;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/;

function readDisposition(header: string): Map<string, string> {
  const parameters = new Map<string, string>();
  let rest = /^form-data\s*(;.*)?$/is.exec(header)?.[1];
  if (rest === undefined) throw broken('a part says not which field it is');
  while (rest.trim() !== '') {
    const [whole, name, quoted, plain] = parameter.exec(rest) ?? [];
    const key = name?.toLowerCase();
    if (whole === undefined || key === undefined || key === 'name*' || parameters.has(key))
      throw broken('a part has a name in a form that cannot be read for certain');
    parameters.set(key, quoted ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return parameters;
}

function outlineOf(parts: readonly Part[], boundary: string, length: number): FormOutline {
  const values = new Map<string, JsonValue[]>();
  const spans = new Map<string, Span>();
  for (const { name, text, file, start, end } of parts) {
    if (text !== undefined && !spans.has(name)) spans.set(name, { start, end });
    if (text?.isTooLong !== true) add(values, name, text === undefined ? file : textOf(name, text));
  }
  const entries = [...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list] as const);
  return {
    body: Object.fromEntries(entries) as JsonObject,
    filesOf: (name) => parts.filter((part) => part.text === undefined && part.name === name),
    length,
    editToSet: (name, value) => {
      const span = spans.get(name);
      if (span !== undefined) return { ...span, text: value };
      const field = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
      return { start: 0, end: 0, text: field };
    },
  };
}

function add(values: Map<string, JsonValue[]>, name: string, value: JsonValue): void {
  const same = values.get(name);
  if (same === undefined) values.set(name, [value]);
  else same.push(value);
}

function textOf(name: string, { pieces }: KeptText): string {
  const bytes = Buffer.concat(pieces);
  if (!isUtf8(bytes)) throw broken(`its field "${name.slice(0, 40)}" is not valid UTF-8`);
  return bytes.toString('utf8');
}

function broken(why: string): GatewayError {
  return new GatewayError('invalid_request', `The form in the request body cannot be read: ${why}.`);
}
