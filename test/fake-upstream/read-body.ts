import type { IncomingMessage } from 'node:http';

/** All that came of a body; of one that breaks off, what came before. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The peer left in the middle: the journal says so by the outcome.
  }
  return Buffer.concat(chunks);
}
