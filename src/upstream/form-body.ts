import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { GatewayError } from '../model/gateway-error.ts';
import { pictureTypeOf } from '../model/picture-type.ts';
import { fileOf, firstBytes, type SentFile } from '../model/sent-file.ts';
import type { FormField, PictureField } from '../providers/job.ts';
import { maskOfTransparency } from './png/mask-of-transparency.ts';
import type { StreamedBody } from './send.ts';

/** What stands before a field's value, and the value. */
interface Part {
  readonly head: Buffer;
  readonly value: SentFile;
}

const CRLF = Buffer.from('\r\n');
const PICTURE_START_BYTES = 12;

/**
 * A form of our own for a backend (`multipart/form-data`, RFC 7578). Pictures are read while they are sent, from where
 * they lie, and never stand in memory whole; only a mask is written anew, and is small.
 */
export class FormBody implements StreamedBody {
  readonly contentType: string;
  readonly length: number;
  readonly #parts: readonly Part[];
  readonly #end: Buffer;

  private constructor(boundary: string, parts: readonly Part[]) {
    this.contentType = `multipart/form-data; boundary=${boundary}`;
    this.#parts = parts;
    this.#end = Buffer.from(`--${boundary}--\r\n`);
    const sizes = parts.map(({ head, value }) => head.length + value.length + CRLF.length);
    this.length = sizes.reduce((sum, size) => sum + size, this.#end.length);
  }

  /** Throws `GatewayError('invalid_request')` on a picture that is none. */
  static async of(fields: readonly FormField[]): Promise<FormBody> {
    // 122 bits of chance: no picture has it in its middle.
    const boundary = `form-${randomUUID()}`;
    const parts: Part[] = [];
    for (const field of fields) parts.push(await partOf(boundary, field));
    return new FormBody(boundary, parts);
  }

  open(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (const { head, value } of this.#parts) {
      yield head;
      yield* value.open();
      yield CRLF;
    }
    yield this.#end;
  }
}

async function partOf(boundary: string, field: FormField): Promise<Part> {
  const start = `--${boundary}\r\nContent-Disposition: form-data; name="${field.name}"`;
  if ('text' in field)
    return { head: Buffer.from(`${start}\r\n\r\n`), value: fileOf(Buffer.from(field.text)) };
  const { value, type } = await pictureOf(field);
  // What the client calls its file is nobody's business.
  const name = `${field.name}.${type.replace('image/', '')}`;
  return { head: Buffer.from(`${start}; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`), value };
}

async function pictureOf({
  picture,
  param,
  isMask,
}: PictureField): Promise<{ value: SentFile; type: string }> {
  const type = pictureTypeOf(await firstBytes(picture, PICTURE_START_BYTES));
  if (type === undefined) {
    const message = `"${param}" is no picture that can be read; send a PNG, a JPEG or a WebP.`;
    throw new GatewayError('invalid_request', message, { param });
  }
  const mask = isMask === true && type === 'image/png' ? await maskOfTransparency(picture, param) : undefined;
  return { value: mask === undefined ? picture : fileOf(mask), type };
}
