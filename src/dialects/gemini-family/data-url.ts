/** Bytes as they stand inside a request. */
export interface InlineBytes {
  readonly mimeType: string;
  readonly base64: string;
}

/**
 * The bytes of a `data:` URL, whatever liberties it takes: parameters, line breaks, percent signs, the alphabet
 * of URLs (protocols 10.3). Undefined if it is none, or its base64 is broken.
 */
export function readDataUrl(url: string): InlineBytes | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !/^data:/i.test(url)) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64');
  const base64 = isBase64 ? cleanBase64(url.slice(comma + 1)) : encoded(url.slice(comma + 1));
  if (base64 === undefined) return undefined;
  return { base64, mimeType: mimeTypeOf(type.trim().toLowerCase(), base64) };
}

/** Base64 as Google takes it, or undefined if these are not base64. */
export function cleanBase64(text: string): string | undefined {
  const plain = text.includes('%') ? percentDecoded(text) : text;
  const clean = plain?.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  return clean !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(clean) ? clean : undefined;
}

function encoded(text: string): string | undefined {
  const plain = percentDecoded(text);
  return plain === undefined ? undefined : Buffer.from(plain, 'utf8').toString('base64');
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** How pictures begin; their senders are often wrong about what they are. */
const beginnings: readonly (readonly [bytes: string, mimeType: string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['%PDF-', 'application/pdf'],
];

function mimeTypeOf(said: string, base64: string): string {
  const head = Buffer.from(base64.slice(0, 24), 'base64').toString('latin1');
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  const seen = beginnings.find(([bytes]) => head.startsWith(bytes))?.[1];
  if (seen !== undefined) return seen;
  return said === 'image/jpg' ? 'image/jpeg' : said || 'text/plain';
}
