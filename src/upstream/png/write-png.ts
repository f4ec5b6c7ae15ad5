import { Readable } from 'node:stream';
import { crc32, createDeflate } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const NO_FILTER = Buffer.from([0]);

/** Bytes for a pixel → how PNG calls that, at eight bits for each. */
const colourTypes = { 1: 0, 3: 2, 4: 6 } as const;

export interface PngShape {
  readonly width: number;
  readonly height: number;
  /** 1: shades of gray; 3: red, green and blue; 4: those, and how opaque. Eight bits each. */
  readonly channels: keyof typeof colourTypes;
}

/** Packs lines of pixels as a PNG, as they come. Rejects with what is thrown where the lines come from. */
export async function writePng(
  { width, height, channels }: PngShape,
  rows: AsyncIterable<Buffer>,
): Promise<Buffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, colourTypes[channels], 0, 0, 0], 8);
  const pixels = await packed(rows);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function packed(rows: AsyncIterable<Buffer>): Promise<Buffer> {
  const lines = Readable.from(filtered(rows), { objectMode: false });
  const deflate = createDeflate();
  lines.on('error', (error) => deflate.destroy(error));
  const pieces: Buffer[] = [];
  for await (const piece of lines.pipe(deflate)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** A line's bytes are copied: whoever gives them may use their place again. */
async function* filtered(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const row of rows) yield Buffer.concat([NO_FILTER, row]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
