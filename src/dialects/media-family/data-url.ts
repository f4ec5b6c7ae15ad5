import { GatewayError } from '../../model/gateway-error.ts';
import { cleanBase64 } from './base64.ts';

/** The bytes that a `data:` URL holds, as they travel inside JSON. */
export interface DataUrl {
  /** Lower case, without parameters; '' where none was named, which its standard calls a plain text. */
  readonly mediaType: string;
  /** Clean, and never empty. */
  readonly base64: string;
}

export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url);
}

/**
 * The content of a `data:` URL, whatever liberties it takes: no media type, parameters, percent signs, line breaks,
 * the alphabet of URLs (protocols 10.3). Undefined if it is none, is badly encoded, or holds nothing.
 */
export function readDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !isDataUrl(url)) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).toLowerCase().split(';');
  const isBase64 = parameters.some((parameter) => parameter.trim() === 'base64');
  const text = withoutPercents(url.slice(comma + 1));
  const base64 = text && (isBase64 ? cleanBase64(text) : Buffer.from(text, 'utf8').toString('base64'));
  return base64 ? { mediaType: type.trim(), base64 } : undefined;
}

/**
 * A client's address of a picture as it stands. Throws `invalid_request` naming `param` if it is a `data:` URL without
 * a picture that could be decoded: no backend can do anything with that (protocols 10.3).
 */
export function checkedUrl(url: string, param: string): string {
  if (!isDataUrl(url) || readDataUrl(url) !== undefined) return url;
  throw new GatewayError('invalid_request', undecodable(param), { param });
}

/** What is told of one that is none, and holds a secret perhaps. */
export function undecodable(param: string): string {
  return `"${param}" is a data: URL whose content cannot be decoded; write "data:image/png;base64," and the bytes in base64.`;
}

/** The content, for media that are texts. */
export function textOfDataUrl({ base64 }: DataUrl): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function withoutPercents(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
