/** How pictures begin. A client of Ollama sends bytes without a word on what they are, other dialects want the word. */
const beginnings: readonly (readonly [mediaType: string, matches: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.toString('latin1', 0, 4) === '\x89PNG'],
  ['image/jpeg', (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8],
  ['image/gif', (bytes) => bytes.toString('latin1', 0, 4) === 'GIF8'],
  [
    'image/webp',
    (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  ],
  ['image/bmp', (bytes) => bytes.toString('latin1', 0, 2) === 'BM'],
];

/** The media type of a picture, told by its first bytes; undefined if it is no picture anybody knows. */
export function pictureType(base64: string): string | undefined {
  const bytes = Buffer.from(base64.slice(0, 24), 'base64');
  return beginnings.find(([, matches]) => matches(bytes))?.[0];
}
