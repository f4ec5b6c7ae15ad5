/**
 * A picture of one colour as a PNG, made without any library. One bit per pixel and a palette of one colour
 * keep even a large picture small, so the bytes are stored and not compressed: 1024 × 1024 takes 132 kB.
 */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export function solidPng(width: number, height: number, colour: Colour): Buffer {
  return Buffer.concat([
    signature,
    chunk('IHDR', header(width, height)),
    chunk('PLTE', Buffer.from([colour.red, colour.green, colour.blue])),
    chunk('IDAT', zlibStored(scanlines(width, height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function header(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  // One bit per pixel, colours from a palette; the three others have only the value 0 in common use.
  bytes.set([1, 3, 0, 0, 0], 8);
  return bytes;
}

/** Every line begins with its filter, none; every pixel is colour 0: nothing but zeros. */
function scanlines(width: number, height: number): Buffer {
  return Buffer.alloc(height * (1 + Math.ceil(width / 8)));
}

const BLOCK_MAX = 0xffff;

/** zlib around deflate's stored blocks (RFC 1950, RFC 1951 3.2.4). */
function zlibStored(data: Buffer): Buffer {
  const pieces: Buffer[] = [Buffer.from([0x78, 0x01])];
  for (let at = 0; at < data.length; at += BLOCK_MAX) {
    const block = data.subarray(at, at + BLOCK_MAX);
    pieces.push(blockHeader(block.length, at + BLOCK_MAX >= data.length), block);
  }
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(adler32(data));
  return Buffer.concat([...pieces, checksum]);
}

function blockHeader(length: number, isLast: boolean): Buffer {
  const bytes = Buffer.from([isLast ? 1 : 0, 0, 0, 0, 0]);
  bytes.writeUInt16LE(length, 1);
  bytes.writeUInt16LE(length ^ 0xffff, 3);
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function adler32(data: Buffer): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crcTable[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
