/**
 * The opaque proof a provider puts on its model's thoughts or tool uses, and wants back byte for byte
 * (Anthropic's `signature`, Gemini's `thoughtSignature`, OpenAI's `encrypted_content`). It means something only
 * to who made it, so it never travels without its origin (protocols 10.6, T15, T16).
 */
export interface Signature {
  /** Who made it: the first word of a dialect's name (`anthropic`, `gemini`, `openai`). */
  readonly origin: string;
  readonly value: string;
}

const MARK = 'gw1:';

/**
 * The text a front writes where its own dialect has a place for signatures: the bare value if it is the
 * dialect's own, else marked with its origin, so that it can be told apart when the client sends it back.
 */
export function writeSignature(signature: Signature, ownOrigin: string): string {
  return signature.origin === ownOrigin ? signature.value : `${MARK}${signature.origin}:${signature.value}`;
}

/** What a client sent back: marked, it is somebody else's; bare, the dialect's own. Empty is none. */
export function readSignature(text: string | undefined, ownOrigin: string): Signature | undefined {
  if (!text) return undefined;
  if (!text.startsWith(MARK)) return { origin: ownOrigin, value: text };
  const colon = text.indexOf(':', MARK.length);
  if (colon < 0) return undefined;
  return { origin: text.slice(MARK.length, colon), value: text.slice(colon + 1) };
}
