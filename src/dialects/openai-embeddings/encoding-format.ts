import type { JsonObject, JsonValue } from '../../model/json.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import type { EncodingFormat } from './wire.ts';

/**
 * How the client wants its vectors. OpenAI's own SDKs ask for base64 unless told otherwise and decode whatever
 * comes, so numbers would become short vectors of zeros without any error (T21).
 */
export function readEncodingFormat(body: JsonObject): EncodingFormat {
  const format = body['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64') throw wrongType('encoding_format', '"float" or "base64"');
  return format;
}

const FLOAT_BYTES = 4;

/** Base64 of little-endian float32, whatever the byte order of this machine. */
export function encodeVector(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * FLOAT_BYTES);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * FLOAT_BYTES);
  });
  return bytes.toString('base64');
}

export function decodeVector(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  const length = Math.floor(bytes.length / FLOAT_BYTES);
  return Array.from({ length }, (_, index) => bytes.readFloatLE(index * FLOAT_BYTES));
}

/** A vector as a backend wrote it, in either form; undefined if it is neither. */
export function readVector(value: JsonValue | undefined): readonly number[] | undefined {
  if (typeof value === 'string') return decodeVector(value);
  return Array.isArray(value) && value.every((number) => typeof number === 'number') ? value : undefined;
}
