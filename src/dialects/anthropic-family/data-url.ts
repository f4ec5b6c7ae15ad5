/** The bytes of a medium, as they travel inside JSON. */
export interface InlineData {
  readonly mediaType: string;
  readonly base64: string;
}

/**
 * The content of a `data:` URL, however sloppily it is written: without a media type, with parameters,
 * percent-encoded, with line breaks, in the alphabet of URLs (protocols 10.3). Undefined if it is none.
 */
export function readDataUrl(url: string): InlineData | undefined {
  const comma = url.slice(0, 5).toLowerCase() === 'data:' ? url.indexOf(',') : -1;
  if (comma < 0) return undefined;
  const [type = '', ...parameters] = url.slice(5, comma).split(';');
  const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64');
  const text = decode(url.slice(comma + 1));
  const base64 = isBase64 ? cleanBase64(text) : Buffer.from(text, 'utf8').toString('base64');
  if (base64 === undefined || base64 === '') return undefined;
  const declared = type.trim().toLowerCase() || (isBase64 ? '' : 'text/plain');
  return { mediaType: typeByBytes(base64) ?? usualName(declared), base64 };
}

export function writeDataUrl(mediaType: string, base64: string): string {
  return `data:${mediaType};base64,${base64}`;
}

/** Base64 by the book; undefined if it is none at all. */
export function cleanBase64(text: string): string | undefined {
  const clean = /[\s_-]/.test(text)
    ? text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/')
    : text;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(clean) ? clean : undefined;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function usualName(mediaType: string): string {
  return mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
}

const beginnings: readonly (readonly [base64: RegExp, mediaType: string])[] = [
  [/^iVBORw0KGg/, 'image/png'],
  [/^\/9j\//, 'image/jpeg'],
  [/^R0lGOD/, 'image/gif'],
  [/^UklGR.{6}XRUJQ/, 'image/webp'],
  [/^JVBERi/, 'application/pdf'],
];

/** Anthropic refuses a picture that is called what it is not; the bytes know better than the client. */
function typeByBytes(base64: string): string | undefined {
  const start = base64.slice(0, 32);
  return beginnings.find(([pattern]) => pattern.test(start))?.[1];
}
