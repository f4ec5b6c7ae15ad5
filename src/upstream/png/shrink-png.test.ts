import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { toyPng } from '../../../test/support/toy-png.ts';
import { shrinkPng } from './shrink-png.ts';

const shape = { width: 4, height: 4, colourType: 2, bitDepth: 8 } as const;
/** Red by line, green by place, blue always the same. */
const rows = Array.from({ length: 4 }, (_, y) =>
  Buffer.from(Array.from({ length: 4 }, (_, x) => [y * 40, x * 20, 9]).flat()),
);

function pixelsOf(png: Buffer | undefined): number[] {
  const length = png?.readUInt32BE(33) ?? 0;
  return [...inflateSync(png?.subarray(41, 41 + length) ?? Buffer.alloc(0))];
}

describe('a picture', () => {
  it.each([[[0]], [[1, 2, 3, 4]]])('is made smaller by means, whatever its filters %j', async (filters) => {
    const small = await shrinkPng(toyPng({ ...shape, rows, filters }), 2, 2);
    expect(small?.readUInt32BE(16)).toBe(2);
    // Each line begins with its filter, none.
    expect(pixelsOf(small)).toEqual([0, 20, 10, 9, 20, 50, 9, 0, 100, 10, 9, 100, 50, 9]);
  });

  it('of the size that is wanted stays what it was', async () => {
    const same = pixelsOf(await shrinkPng(toyPng({ ...shape, rows }), 4, 4));
    expect(same.filter((_, at) => at % 13 !== 0)).toEqual(rows.flatMap((row) => [...row]));
  });

  it.each([
    ['sides that no whole number leads to', toyPng({ ...shape, rows }), 3, 3],
    ['sides of another shape', toyPng({ ...shape, rows }), 2, 4],
    ['another kind of colours', toyPng({ ...shape, colourType: 0, rows }), 2, 2],
    ['a picture that is cut off', toyPng({ ...shape, rows }).subarray(0, 60), 2, 2],
    ['what is no PNG', Buffer.from('\xff\xd8\xff and more of it than that, a JPEG', 'latin1'), 2, 2],
  ])('is left alone: %s', async (_what, bytes, width, height) => {
    expect(await shrinkPng(bytes, width, height)).toBeUndefined();
  });
});
