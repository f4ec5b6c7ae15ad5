import { pictureTypeOf } from '../../model/picture-type.ts';

const START_LETTERS = 16;

/** By its first bytes: base64 comes as PNG whatever it is saved as. */
export function mediaTypeOf(base64: string): string {
  return pictureTypeOf(Buffer.from(base64.slice(0, START_LETTERS), 'base64')) ?? 'image/png';
}
