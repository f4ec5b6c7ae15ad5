const START = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** Sixteen letters that stand for a text (FNV-1a): short, the same every time, and no secret is kept by them. */
export function fingerprint(text: string): string {
  let hash = START;
  for (const byte of Buffer.from(text, 'utf8')) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, '0');
}
