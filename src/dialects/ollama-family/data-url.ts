import { cleanBase64 } from './base64.ts';

/** The bytes that a data: URL holds. */
export interface DataUrl {
  /** Lower case, without parameters; '' if it says none. */
  readonly mediaType: string;
  readonly base64: string;
}

/** Reads a data: URL, with or without media type, parameters, base64 or line breaks (protocols 10.3). Undefined if it is none, or broken. */
export function readDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !isDataUrl(url)) return undefined;
  const [mediaType = '', ...parameters] = url.slice('data:'.length, comma).toLowerCase().split(';');
  const isBase64 = parameters.some((parameter) => parameter.trim() === 'base64');
  const base64 = isBase64 ? readBase64(url.slice(comma + 1)) : readPercents(url.slice(comma + 1));
  return base64 === undefined ? undefined : { mediaType: mediaType.trim(), base64 };
}

export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url);
}

function readBase64(data: string): string | undefined {
  if (!data.includes('%')) return cleanBase64(data);
  const decoded = decodePercents(data);
  return decoded === undefined ? undefined : cleanBase64(decoded);
}

function readPercents(data: string): string | undefined {
  const text = decodePercents(data);
  return text === undefined ? undefined : Buffer.from(text, 'utf8').toString('base64');
}

function decodePercents(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
