/** Writes small PNGs of every kind a client may send, with every filter; shares no line with the product. */
import { crc32, deflateSync } from 'node:zlib';

export interface ToyPng {
  readonly width: number;
  readonly height: number;
  /** 0 gray, 2 colours, 3 palette, 4 gray and alpha, 6 colours and alpha. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly bitDepth: number;
  /** Lines of packed pixels. */
  readonly rows: readonly Buffer[];
  /** By line, repeated; absent: none. */
  readonly filters?: readonly number[];
  readonly interlace?: number;
  readonly chunksBefore?: readonly (readonly [type: string, data: Buffer])[];
  /** Pixels in chunks of so many bytes. */
  readonly chunkBytes?: number;
}

const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

export function toyPng(png: ToyPng): Buffer {
  const { width, height, bitDepth, colourType, interlace = 0, chunksBefore = [], chunkBytes = 1e9 } = png;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([bitDepth, colourType, 0, 0, interlace], 8);
  const pixels = deflateSync(Buffer.concat(filtered(png)));
  const pieces: Buffer[] = [];
  for (let at = 0; at < pixels.length; at += chunkBytes) pieces.push(pixels.subarray(at, at + chunkBytes));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    ...chunksBefore.map(([type, data]) => chunk(type, data)),
    ...pieces.map((piece) => chunk('IDAT', piece)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function filtered({ rows, filters = [0], colourType, bitDepth }: ToyPng): Buffer[] {
  const step = Math.max(1, (channels[colourType] * bitDepth) / 8);
  return rows.map((row, y) => {
    const filter = filters[y % filters.length] ?? 0;
    const above = rows[y - 1] ?? Buffer.alloc(row.length);
    const line = Buffer.from(row.map((byte, x) => byte - guess(filter, row, above, x, step)));
    return Buffer.concat([Buffer.from([filter]), line]);
  });
}

function guess(filter: number, row: Buffer, above: Buffer, x: number, step: number): number {
  const a = row[x - step] ?? 0;
  const b = above[x] ?? 0;
  const c = above[x - step] ?? 0;
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return Math.floor((a + b) / 2);
  if (filter !== 4) return 0;
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)] as const;
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
