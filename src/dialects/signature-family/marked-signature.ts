import { readSignature, type Signature, writeSignature } from '../../model/signature.ts';

/**
 * Tells signatures this house handed out for another provider from those a backend gave itself (protocols 10.6).
 * It knows no wire format: where signatures stand in a talk, and what else to do about one, is each dialect's own.
 */

/** No provider is called so: to it every signature is somebody else's. */
const NOBODY = '';

/** With the mark, whoever made it: for fronts whose place for signatures is shared by many makers. */
export function writeMarkedSignature(signature: Signature): string {
  return writeSignature(signature, NOBODY);
}

/** Does this bear our mark? What a backend made itself is bare, and no business of ours. */
export function isMarkedSignature(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return readSignature(value, NOBODY)?.value !== value;
}
