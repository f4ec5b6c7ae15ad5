import { fileOf } from '../../model/sent-file.ts';
import { type OpenPng, openPng } from './read-png.ts';
import { writePng } from './write-png.ts';

const CHANNELS = 3;

/**
 * A picture a whole number of times smaller, each pixel the mean of those it stands for. Undefined: it is no such PNG
 * (eight bits of red, green and blue), or no whole number leads to these sides.
 */
export async function shrinkPng(bytes: Buffer, width: number, height: number): Promise<Buffer | undefined> {
  try {
    const png = await openPng(fileOf(bytes).open());
    const times = png.head.width / width;
    if (!isPlain(png) || !Number.isInteger(times) || png.head.height / height !== times) return undefined;
    return await writePng({ width, height, channels: CHANNELS }, smallerLines(png, times));
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function isPlain({ head }: OpenPng): boolean {
  return head.colourType === 'rgb' && head.bitDepth === 8;
}

async function* smallerLines({ head, rows }: OpenPng, times: number): AsyncGenerator<Buffer> {
  const sums = new Uint32Array((head.width / times) * CHANNELS);
  let added = 0;
  for await (const row of rows()) {
    add(row, sums, times);
    if (++added < times) continue;
    yield Buffer.from(sums.map((sum) => Math.round(sum / (times * times))));
    sums.fill(0);
    added = 0;
  }
}

function add(row: Buffer, sums: Uint32Array, times: number): void {
  for (let at = 0; at < row.length; at++) {
    const place = Math.floor(at / (CHANNELS * times)) * CHANNELS + (at % CHANNELS);
    sums[place] = (sums[place] ?? 0) + (row[at] ?? 0);
  }
}
