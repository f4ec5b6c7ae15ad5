/** How one hash is made. Ids have been derived from every one of these, so none may ever change. */
interface Form {
  /** A lane of 32 bits each. */
  readonly seeds: readonly number[];
  /** Are the high bits stirred into the low ones after every letter? */
  readonly isStirred: boolean;
  /** What spreads the bits of a lane at its end: a factor and a shift. */
  readonly finish: readonly [factor: number, shift: number] | undefined;
  readonly radix: 16 | 36;
}

/** By how many letters the hash has: the limits on ids differ from wire to wire. */
const forms = {
  14: { seeds: [0x811c9dc5, 0x01234567], isStirred: false, finish: undefined, radix: 36 },
  16: { seeds: [0x811c9dc5, 0x9e3779b9], isStirred: false, finish: [0x85ebca6b, 13], radix: 16 },
  32: {
    seeds: [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35],
    isStirred: true,
    finish: [0x7feb352d, 15],
    radix: 16,
  },
} as const satisfies Readonly<Record<number, Form>>;

/**
 * A short name for any text, the same whenever and wherever it is made: FNV-1a in lanes of 32 bits. It keeps ids
 * apart and unreadable; it is no protection against somebody who wants two texts to collide.
 */
export function stableHash(text: string, letters: keyof typeof forms): string {
  const form: Form = forms[letters];
  return form.seeds.map((seed) => lane(text, seed, form)).join('');
}

function lane(text: string, seed: number, { isStirred, finish, radix }: Form): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    if (isStirred) hash ^= hash >>> 15;
  }
  return (spread(hash, finish) >>> 0).toString(radix).padStart(radix === 16 ? 8 : 7, '0');
}

function spread(hash: number, finish: Form['finish']): number {
  if (finish === undefined) return hash;
  const [factor, shift] = finish;
  const mixed = Math.imul(hash ^ (hash >>> 16), factor);
  return mixed ^ (mixed >>> shift);
}

const START = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1a by the book, 64 bits over the bytes of the text: the names that the Responses API was first given here. */
export function fingerprint(text: string): string {
  let hash = START;
  for (const byte of Buffer.from(text, 'utf8')) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, '0');
}
