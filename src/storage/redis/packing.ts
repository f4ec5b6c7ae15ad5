import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Below this there is nothing to be saved. */
const PAYS_FROM_BYTES = 1_024;

/** The first byte says what the others are. */
const PLAIN = 0;
const DEFLATED = 1;

/** Smaller, if that pays; the work is done beside the main thread. */
export async function pack(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length >= PAYS_FROM_BYTES) {
    const deflated = await deflate(bytes, { level: 1 });
    if (deflated.length < bytes.length) return Buffer.concat([Buffer.of(DEFLATED), deflated]);
  }
  return Buffer.concat([Buffer.of(PLAIN), bytes]);
}

/** Undefined: these are no bytes of ours, or they would be more than so many. */
export async function unpack(packed: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined> {
  const content = packed.subarray(1);
  if (packed[0] === PLAIN) return content.length <= bytesMax ? content : undefined;
  if (packed[0] !== DEFLATED) return undefined;
  try {
    return await inflate(content, { maxOutputLength: bytesMax });
  } catch {
    return undefined;
  }
}
