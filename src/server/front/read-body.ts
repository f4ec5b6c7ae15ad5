import type { IncomingMessage } from 'node:http';
import { brotliDecompress, gunzip, type InputType, inflate, type ZlibOptions } from 'node:zlib';
import type { DaemonConfig } from '../../config/config.ts';
import type { Departure } from '../../model/departure.ts';
import { GatewayError } from '../../model/gateway-error.ts';

/**
 * Reads a request's whole body, bounded, and undoes its `Content-Encoding` (row 000-55: stacked lists are
 * undone last first). Rejects with `body_too_large` before more than the limit is held, `unsupported_encoding`,
 * `invalid_request` for data that does not decompress, and `client_left`.
 */
export function readBody(
  request: IncomingMessage,
  limits: DaemonConfig['limits'],
  departure: Departure,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined) return readRaw(request, limits.bodyBytesMax, departure);
  return readEncoded(request, encoding, limits, departure);
}

async function readEncoded(
  request: IncomingMessage,
  encoding: string,
  limits: DaemonConfig['limits'],
  departure: Departure,
): Promise<Buffer> {
  const decoders = decodersOf(encoding);
  let bytes = await readRaw(request, limits.bodyBytesMax, departure);
  for (const decode of decoders) bytes = await decompress(decode, bytes, limits.decompressedBytesMax);
  return bytes;
}

function readRaw(request: IncomingMessage, bytesMax: number, departure: Departure): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let pieces: Buffer[] | undefined;
    let length = 0;
    const stopListening = departure.onLeave(() => {
      request.removeAllListeners('data');
      reject(departure.error);
    });
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > bytesMax) {
        request.removeAllListeners('data');
        reject(tooLarge(bytesMax));
      } else if (first === undefined) first = piece;
      else {
        pieces ??= [first];
        pieces.push(piece);
      }
    });
    request.on('end', () => {
      stopListening();
      resolve(pieces === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(pieces, length));
    });
    request.on('error', () => reject(departure.error));
  });
}

/**
 * Reads and forgets what is left of a body nobody wants, so that a client that writes everything before it
 * reads gets to see its refusal (closing with unread bytes would reset the connection under it). Whoever sends
 * far beyond the limit is cut off.
 */
export function discardRest(request: IncomingMessage, limits: DaemonConfig['limits']): void {
  let left = limits.bodyBytesMax * 4;
  request.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}

type Decoder = (
  input: InputType,
  options: ZlibOptions,
  done: (error: Error | null, result: Buffer) => void,
) => void;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: brotliDecompress,
};

const ENCODINGS_MAX = 3;

/** The decoders to run, in order. */
function decodersOf(header: string): Decoder[] {
  const names = header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > ENCODINGS_MAX) throw unsupported(header);
  return names.reverse().map((name) => {
    const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decoder === undefined) throw unsupported(name);
    return decoder;
  });
}

/** Off the main thread; stops at `bytesMax`, however small the bomb (faults.md 0.4). */
function decompress(decode: Decoder, bytes: Buffer, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    decode(bytes, { maxOutputLength: bytesMax }, (error, result) => {
      if (error === null) return resolve(result);
      const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      reject(
        isTooLarge
          ? tooLarge(bytesMax)
          : new GatewayError('invalid_request', 'The request body does not decompress.'),
      );
    });
  });
}

/** What a body is refused with that is larger than the limit. */
export function tooLarge(bytesMax: number): GatewayError {
  const megabytes = Math.round((bytesMax / 1024 / 1024) * 10) / 10;
  return new GatewayError(
    'body_too_large',
    `The request body is larger than ${megabytes} MB (limits.max_body_mb).`,
  );
}

function unsupported(name: string): GatewayError {
  return new GatewayError(
    'unsupported_encoding',
    `The content encoding "${name.slice(0, 40)}" is not supported; send gzip, deflate, br or none.`,
  );
}
