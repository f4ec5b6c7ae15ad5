import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { solidPng } from './solid-png.ts';

/** The chunks of a PNG; the length of each is taken from the file. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

describe('a picture of one colour', () => {
  it.each([
    [1, 1],
    [9, 3],
    [256, 256],
    [1024, 1024],
  ])('of %i × %i is a PNG that decodes', (width, height) => {
    const png = solidPng(width, height, { red: 1, green: 2, blue: 3 });
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const chunks = chunksOf(png);
    expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect(chunks.get('IHDR')?.readUInt32BE(0)).toBe(width);
    expect(chunks.get('IHDR')?.readUInt32BE(4)).toBe(height);
    expect([...(chunks.get('PLTE') ?? [])]).toEqual([1, 2, 3]);
    const pixels = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
    expect(pixels).toEqual(Buffer.alloc(height * (1 + Math.ceil(width / 8))));
  });

  it('has the checksums every PNG ends with', () => {
    const png = solidPng(1, 1, { red: 0, green: 0, blue: 0 });
    expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  });
});
