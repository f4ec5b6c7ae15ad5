import { readSignature, type Signature, writeSignature } from '../../model/signature.ts';

/**
 * This dialect has one place for signatures, the `encrypted_content` of a reasoning item. Other providers sign
 * more than thoughts they show: Gemini its tool uses, Anthropic thoughts nobody may read (T15, T16). A mark in
 * front of a foreign signature says which it was, so that it goes back to its place when the client returns it.
 * OpenAI's own signatures need none, and stay as they are byte for byte.
 */
export type Carried = 'thinking' | 'redacted-thinking' | 'tool-use';

const OWN = 'openai';
const marks: readonly (readonly [Carried, string])[] = [
  ['redacted-thinking', 'redacted:'],
  ['tool-use', 'call:'],
];

export function writeCarried(signature: Signature, carried: Carried): string {
  const mark = marks.find(([kind]) => kind === carried)?.[1] ?? '';
  const isOwn = signature.origin === OWN;
  return writeSignature(isOwn ? signature : { ...signature, value: mark + signature.value }, OWN);
}

export interface CarriedSignature {
  readonly carried: Carried;
  readonly signature: Signature;
}

/** Undefined where nothing is signed. */
export function readCarried(text: string | undefined): CarriedSignature | undefined {
  const signature = readSignature(text, OWN);
  if (signature === undefined) return undefined;
  const marked = marks.find(([, mark]) => signature.value.startsWith(mark));
  if (marked === undefined || signature.origin === OWN) return { carried: 'thinking', signature };
  const [carried, mark] = marked;
  return { carried, signature: { ...signature, value: signature.value.slice(mark.length) } };
}
