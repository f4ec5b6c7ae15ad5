import { createInflate } from 'node:zlib';
import { ByteSource } from './byte-source.ts';
import { Unfilter } from './unfilter.ts';

/** What a PNG says of itself before its pixels (PNG, third edition, 11.2.1). */
export interface PngHead {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: 'gray' | 'rgb' | 'palette' | 'gray-alpha' | 'rgb-alpha';
  /** How opaque each colour of the palette is; empty if that is not said. */
  readonly paletteAlpha: Buffer;
}

export interface OpenPng {
  readonly head: PngHead;
  /** Line by line, with the filters undone; a line is given once and is written over by the next but one. */
  rows(): AsyncGenerator<Buffer>;
}

const colourTypes = new Map<number, { readonly name: PngHead['colourType']; readonly channels: number }>([
  [0, { name: 'gray', channels: 1 }],
  [2, { name: 'rgb', channels: 3 }],
  [3, { name: 'palette', channels: 1 }],
  [4, { name: 'gray-alpha', channels: 2 }],
  [6, { name: 'rgb-alpha', channels: 4 }],
]);

/** More than any of these pictures has; a small file can unfold into terabytes. */
const PIXELS_MAX = 64 * 1024 * 1024;
const PALETTE_MAX = 256;
const HEAD_BYTES = 13;
const SIGNATURE_BYTES = 8;

/** Reads a PNG piece by piece: two lines of it stand in memory. Throws `RangeError` on what cannot be read. */
export async function openPng(bytes: AsyncIterable<Buffer>): Promise<OpenPng> {
  const source = new ByteSource(bytes);
  await source.skip(SIGNATURE_BYTES);
  let head = readHead(await chunkOf(source, 'IHDR', HEAD_BYTES));
  for (;;) {
    const { type, length } = await nextChunk(source);
    if (type === 'IDAT') return { head, rows: () => rowsOf(source, length, head) };
    if (type === 'IEND') throw new RangeError('it has no pixels');
    const content =
      type === 'tRNS' && head.colourType === 'palette' ? await source.read(atMost(length)) : undefined;
    if (content === undefined) await source.skip(length);
    else head = { ...head, paletteAlpha: content };
    await source.skip(CRC_BYTES);
  }
}

const CRC_BYTES = 4;

async function nextChunk(source: ByteSource): Promise<{ type: string; length: number }> {
  const start = await source.read(8);
  return { length: start.readUInt32BE(0), type: start.toString('latin1', 4, 8) };
}

async function chunkOf(source: ByteSource, wanted: string, size: number): Promise<Buffer> {
  const { type, length } = await nextChunk(source);
  if (type !== wanted || length !== size) throw new RangeError('it does not begin as one');
  const content = await source.read(size);
  await source.skip(CRC_BYTES);
  return content;
}

function atMost(length: number): number {
  if (length > PALETTE_MAX) throw new RangeError('its palette is too long');
  return length;
}

function readHead(bytes: Buffer): PngHead {
  const width = bytes.readUInt32BE(0);
  const height = bytes.readUInt32BE(4);
  const [bitDepth = 0, colour = -1, , , interlace] = bytes.subarray(8);
  const colourType = colourTypes.get(colour)?.name;
  if (width * height === 0 || width * height > PIXELS_MAX) throw new RangeError('it is too large');
  if (colourType === undefined || ![1, 2, 4, 8, 16].includes(bitDepth))
    throw new RangeError('its colours are of no known kind');
  if (interlace !== 0) throw new RangeError('it is interlaced');
  return { width, height, bitDepth, colourType, paletteAlpha: Buffer.alloc(0) };
}

async function* rowsOf(source: ByteSource, length: number, head: PngHead): AsyncGenerator<Buffer> {
  const channels = [...colourTypes.values()].find(({ name }) => name === head.colourType)?.channels ?? 1;
  const unfilter = new Unfilter(
    Math.ceil((head.width * channels * head.bitDepth) / 8),
    (channels * head.bitDepth) / 8,
  );
  const inflate = createInflate();
  const fed = feed(inflate, pixelsOf(source, length));
  let left = head.height;
  try {
    for await (const piece of inflate) {
      for (const row of unfilter.push(piece as Buffer)) {
        yield row;
        // What follows the last line is none of the picture, however much it is.
        if (--left === 0) return;
      }
    }
  } catch (thrown) {
    throw new RangeError('its pixels cannot be read', { cause: thrown });
  } finally {
    inflate.destroy();
    await fed;
  }
  throw new RangeError('it is cut off');
}

/** Never rejects: what is wrong with the source ends the stream with that. */
async function feed(inflate: ReturnType<typeof createInflate>, pieces: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (inflate.destroyed) return;
      await new Promise<void>((resolve) => {
        inflate.once('close', resolve);
        inflate.write(piece, () => {
          inflate.off('close', resolve);
          resolve();
        });
      });
    }
    inflate.end();
  } catch (thrown) {
    inflate.destroy(thrown instanceof Error ? thrown : undefined);
  }
}

/** The pixels, packed, through all the chunks that hold them. */
async function* pixelsOf(source: ByteSource, firstLength: number): AsyncGenerator<Buffer> {
  for (
    let chunk = { type: 'IDAT', length: firstLength };
    chunk.type === 'IDAT';
    chunk = await nextChunk(source)
  ) {
    yield* source.stream(chunk.length);
    await source.skip(CRC_BYTES);
  }
}
