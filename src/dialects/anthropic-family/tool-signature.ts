import type { Part } from '../../model/call.ts';
import type { Signature } from '../../model/signature.ts';

/**
 * Gemini signs tool uses; Anthropic's have no place for it. So a tool use's signature travels in an empty
 * thinking block right before it, and clients bring it back, for they keep thoughts as they are (protocols T15).
 */
const MARK = 'tool-use:';

/** The signature as the thinking block before the tool use bears it. */
export function asThought(signature: Signature): Signature {
  return { origin: signature.origin, value: MARK + signature.value };
}

/** An assistant's parts, with the signatures of tool uses back where they belong. */
export function withToolSignatures(parts: readonly Part[]): Part[] {
  const kept: Part[] = [];
  let held: Signature | undefined;
  for (const part of parts) {
    const own = signatureOfTool(part);
    if (own === undefined) kept.push(part.type === 'tool-use' && held ? { ...part, signature: held } : part);
    held = own;
  }
  return kept;
}

function signatureOfTool(part: Part): Signature | undefined {
  if (part.type !== 'thinking' || !part.signature?.value.startsWith(MARK)) return undefined;
  return { origin: part.signature.origin, value: part.signature.value.slice(MARK.length) };
}
