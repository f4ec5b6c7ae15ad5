import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ToyPng, toyPng } from '../../../test/support/toy-png.ts';
import type { SentFile } from '../../model/sent-file.ts';
import { maskOfTransparency } from './mask-of-transparency.ts';

/** In pieces of a few bytes, as they may come from a disk. */
function inPieces(bytes: Buffer, pieceBytes = 7): SentFile {
  return {
    length: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/** The shades of a mask: eight bits of gray, unfiltered. */
function shadesOf(png: Buffer): { width: number; height: number; shades: number[] } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  expect([...png.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
  const length = png.readUInt32BE(33);
  expect(png.toString('latin1', 37, 41)).toBe('IDAT');
  const lines = inflateSync(png.subarray(41, 41 + length));
  const rows = Array.from({ length: height }, (_, y) =>
    lines.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)),
  );
  return { width, height, shades: rows.flatMap((row) => [...row]) };
}

const mask = (png: ToyPng) => maskOfTransparency(inPieces(toyPng(png)), 'mask');

/** Pixels of any colours, whose last byte says how opaque they are. */
function rgba(opacities: readonly (readonly number[])[]): Buffer[] {
  return opacities.map((row, y) =>
    Buffer.from(row.flatMap((alpha, x) => [(x * 37 + y) & 255, 255 - x, (y * 91) & 255, alpha])),
  );
}

const opacities = Array.from({ length: 9 }, (_, y) =>
  Array.from({ length: 11 }, (_, x) => (x * y * 13) & 255),
);
const wanted = opacities.flat().map((alpha) => 255 - alpha);

describe('a mask', () => {
  it.each([[[0]], [[1]], [[2]], [[3]], [[4]], [[0, 1, 2, 3, 4]]])(
    'is white where it was transparent, whatever its colours and its filters %j',
    async (filters) => {
      const made = await mask({
        ...{ width: 11, height: 9, colourType: 6, bitDepth: 8, filters, chunkBytes: 10 },
        rows: rgba(opacities),
      });
      expect(shadesOf(made as Buffer)).toEqual({ width: 11, height: 9, shades: wanted });
    },
  );

  it('of grays, and of sixteen bits, is read as well', async () => {
    const rows = [Buffer.from([1, 0, 2, 255]), Buffer.from([3, 7, 4, 200])];
    const grays = await mask({ width: 2, height: 2, colourType: 4, bitDepth: 8, rows, filters: [4] });
    expect(shadesOf(grays as Buffer).shades).toEqual([255, 0, 248, 55]);
    const deep = [Buffer.from([9, 9, 9, 9, 9, 9, 0, 9, 1, 1, 1, 1, 1, 1, 254, 0])];
    const colours = await mask({
      width: 2,
      height: 1,
      colourType: 6,
      bitDepth: 16,
      rows: deep,
      filters: [1],
    });
    expect(shadesOf(colours as Buffer).shades).toEqual([255, 1]);
  });

  it('of a palette, of which a colour is transparent, is one too', async () => {
    const made = await mask({
      ...{
        width: 6,
        height: 1,
        colourType: 3,
        bitDepth: 2,
        rows: [Buffer.from([0b00_01_10_11, 0b01_00_0000])],
      },
      chunksBefore: [
        ['PLTE', Buffer.alloc(12)],
        ['tRNS', Buffer.from([255, 0, 100])],
      ],
    });
    // The last colour is not in the list, and so opaque.
    expect(shadesOf(made as Buffer).shades).toEqual([0, 255, 155, 0, 255, 0]);
  });

  it('without transparency is taken as it is', async () => {
    const rows = [Buffer.from([0, 255])];
    expect(await mask({ width: 2, height: 1, colourType: 0, bitDepth: 8, rows })).toBeUndefined();
  });
});

describe('a mask that cannot be read is the client’s mistake', () => {
  const png: ToyPng = { width: 11, height: 9, colourType: 6, bitDepth: 8, rows: rgba(opacities) };
  const whole = toyPng(png);
  const broken = Buffer.from(whole);
  broken.fill(0xff, 45, 60);

  it.each([
    ['interlaced', toyPng({ ...png, interlace: 1 }), /is interlaced/],
    ['cut off', whole.subarray(0, 60), /cut off|cannot be read/],
    ['too short for its height', toyPng({ ...png, height: 10 }), /is cut off/],
    ['broken', broken, /pixels cannot be read/],
    ['vast', toyPng({ ...png, width: 100_000, height: 100_000 }), /is too large/],
    ['of an unknown filter', toyPng({ ...png, filters: [9] }), /pixels cannot be read/],
    ['no more than its name', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /is cut off/],
  ])('%s', async (_what, bytes, words) => {
    const made = maskOfTransparency(inPieces(bytes), 'mask');
    await expect(made).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(words),
      details: { param: 'mask' },
    });
  });

  it('and one that unfolds without end is not unfolded', async () => {
    const rows = Array.from({ length: 9 }, () => Buffer.alloc(44));
    const endless = { ...png, rows: [...rows, ...Array.from({ length: 200_000 }, () => Buffer.alloc(44))] };
    const made = await maskOfTransparency(inPieces(toyPng(endless), 4096), 'mask');
    expect(shadesOf(made as Buffer).shades).toHaveLength(99);
  });
});
