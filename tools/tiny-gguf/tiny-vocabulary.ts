/**
 * A SentencePiece vocabulary that can read anything and mostly says words: the three specials, the 256 bytes, letters,
 * and some hundred words. The tokenizer joins pieces by score, so each word brings all its beginnings along.
 */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  readonly types: readonly number[];
  /** Which tokens are whole words: the ones the model shall prefer to say. */
  readonly words: readonly number[];
}

const TYPE = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
const BLANK = '▁';
const WORDS =
  `the a of and to in is it you that he was for on are with as his they be at one have this from or had
 by hot but some what there we can out other were all your when up use word how said an each she which do their time
 if will way about many then them would write like so these her long make thing see him two has look more day could
 go come did my sound no most number who over know water than call first people may down side been now find Grüße
 Köln gateway token model queue lane stone river light house green seven`.split(/\s+/);

export function tinyVocabulary(): Vocabulary {
  const specials = [
    { token: '<unk>', type: TYPE.unknown },
    { token: '<s>', type: TYPE.control },
    { token: '</s>', type: TYPE.control },
  ];
  const bytes = Array.from({ length: 256 }, (_, value) => ({
    token: `<0x${value.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: TYPE.byte,
  }));
  const pieces = piecesOf(WORDS).map((token) => ({ token, type: TYPE.normal }));
  const all = [...specials, ...bytes, ...pieces];
  const whole = new Set(WORDS.map((word) => BLANK + word));
  return {
    tokens: all.map(({ token }) => token),
    // Longer pieces score higher, so that merging goes on until the whole word stands.
    scores: all.map(({ token, type }) => (type === TYPE.normal ? [...token].length - 100 : 0)),
    types: all.map(({ type }) => type),
    words: all.flatMap(({ token }, at) => (whole.has(token) ? [at] : [])),
  };
}

function piecesOf(words: readonly string[]): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?:;\'"()-'.split('');
  const beginnings = words.flatMap((word) => beginningsOf(BLANK + word));
  return [...new Set([BLANK, ...letters, ...beginnings])];
}

function beginningsOf(word: string): string[] {
  const characters = [...word];
  return characters.map((_, at) => characters.slice(0, at + 1).join(''));
}
