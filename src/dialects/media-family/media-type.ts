import type { DataUrl } from './data-url.ts';

/** How media begin whose senders are often wrong about what they are. */
const beginnings: readonly (readonly [base64: RegExp, mediaType: string])[] = [
  [/^iVBORw/, 'image/png'],
  [/^\/9j\//, 'image/jpeg'],
  [/^R0lGOD/, 'image/gif'],
  [/^UklGR.{6}XRUJQ/, 'image/webp'],
  [/^JVBERi/, 'application/pdf'],
];

/**
 * What a medium is. Vendors refuse a picture that is called what it is not, and the bytes know better than the
 * client (protocols 10.3).
 */
export function mediaTypeOf({ mediaType, base64 }: DataUrl): string {
  const start = base64.slice(0, 32);
  const seen = beginnings.find(([pattern]) => pattern.test(start))?.[1];
  if (seen !== undefined) return seen;
  return mediaType === 'image/jpg' ? 'image/jpeg' : mediaType || 'text/plain';
}
