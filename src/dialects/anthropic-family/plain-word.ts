import { stableHash } from '../../model/stable-hash.ts';

/**
 * Anthropic takes nothing but `[a-zA-Z0-9_-]` in the names and ids of tools. Any other word is written in an
 * alphabet of its own that can be read back without remembering anything: `gw1-`, then every odd byte, and `-`
 * itself, as `-` and two hexadecimal digits (protocols 10.4, 10.12).
 */
const MARK = 'gw1-';
const plain = /^[a-zA-Z0-9_-]+$/;

export function isPlainWord(word: string, lengthMax: number): boolean {
  return word.length <= lengthMax && plain.test(word) && !word.startsWith(MARK);
}

/** The word in the plain alphabet, however long that gets. */
export function spellPlainly(word: string): string {
  const bytes = Buffer.from(word, 'utf8').toString('latin1');
  return MARK + bytes.replace(/[^a-zA-Z0-9_]/g, (odd) => `-${hex(odd)}`);
}

/** What a word was before it was spelled plainly; any other word is what it is. */
export function readPlainWord(word: string): string {
  if (!word.startsWith(MARK)) return word;
  const spelled = word.slice(MARK.length);
  if (!/^(?:[a-zA-Z0-9_]|-[0-9a-f]{2})*$/.test(spelled)) return word;
  const bytes = spelled.replace(/-(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const ID_LENGTH_MAX = 64;

/** A tool use's id as Anthropic takes it. One too long to be spelled is told by a hash: both its ends change alike. */
export function writeToolUseId(id: string): string {
  if (isPlainWord(id, ID_LENGTH_MAX)) return id;
  const spelled = spellPlainly(id);
  return id !== '' && spelled.length <= ID_LENGTH_MAX ? spelled : `toolu_${stableHash(id, 32)}`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
