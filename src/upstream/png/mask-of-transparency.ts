import { GatewayError } from '../../model/gateway-error.ts';
import type { SentFile } from '../../model/sent-file.ts';
import { type OpenPng, openPng, type PngHead } from './read-png.ts';
import { writePng } from './write-png.ts';

/**
 * OpenAI's masks are transparent where something shall be done, whatever colours they have; others want white there and
 * black elsewhere. This writes the second out of the first, as shades of gray. Undefined: it has no transparency, and
 * is taken for one of the second kind. Throws `GatewayError('invalid_request')` naming `param` on a PNG that cannot be read.
 */
export async function maskOfTransparency(file: SentFile, param: string): Promise<Buffer | undefined> {
  try {
    const png = await openPng(file.open());
    const opacity = opacityIn(png.head);
    if (opacity === undefined) return undefined;
    return await writePng({ ...png.head, channels: 1 }, maskLines(png, opacity));
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const message = `The PNG in "${param}" cannot be read: ${thrown.message}.`;
    throw new GatewayError('invalid_request', message, { param });
  }
}

async function* maskLines({ head, rows }: OpenPng, opacity: Opacity): AsyncGenerator<Buffer> {
  const line = Buffer.alloc(head.width);
  for await (const row of rows()) {
    for (let at = 0; at < head.width; at++) line[at] = 255 - opacity(row, at);
    yield line;
  }
}

/** How opaque the pixel at this place of a line is, from 0 to 255. */
type Opacity = (row: Buffer, at: number) => number;

/** Of two bytes for a shade the first says enough. */
function opacityIn({ colourType, bitDepth, paletteAlpha }: PngHead): Opacity | undefined {
  const bytes = bitDepth / 8;
  if (colourType === 'rgb-alpha') return (row, at) => row[at * 4 * bytes + 3 * bytes] ?? 255;
  if (colourType === 'gray-alpha') return (row, at) => row[at * 2 * bytes + bytes] ?? 255;
  if (colourType !== 'palette' || paletteAlpha.length === 0) return undefined;
  return (row, at) => paletteAlpha[colourAt(row, at, bitDepth)] ?? 255;
}

/** Colours of a palette stand as few bits, the leftmost first. */
function colourAt(row: Buffer, at: number, bitDepth: number): number {
  const bit = at * bitDepth;
  const byte = row[bit >> 3] ?? 0;
  return (byte >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
}
