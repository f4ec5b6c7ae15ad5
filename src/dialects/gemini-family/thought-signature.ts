import { readSignature, type Signature, writeSignature } from '../../model/signature.ts';

/** The first word of this dialect's name: who makes the signatures that stand here bare. */
const OWN = 'gemini';

/** How the mark of a foreign signature begins in base64. */
const MARK_IN_BASE64 = 'Z3cxO';

/**
 * A signature in the place Google has for its own. That place holds bytes, and clients in stricter languages decode
 * what stands there, so a marked one is written as the base64 of its text.
 */
export function writeThoughtSignature(signature: Signature): string {
  const text = writeSignature(signature, OWN);
  return signature.origin === OWN ? text : Buffer.from(text).toString('base64');
}

/** What a client sent back, or a backend gave. */
export function readThoughtSignature(text: string | undefined): Signature | undefined {
  return readSignature(text === undefined ? undefined : withoutWrapping(text), OWN);
}

/** The marked text inside the base64; anything else as it is. */
export function withoutWrapping(text: string): string {
  return text.startsWith(MARK_IN_BASE64) ? Buffer.from(text, 'base64').toString('utf8') : text;
}
