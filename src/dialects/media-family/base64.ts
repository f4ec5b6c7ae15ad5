/** Base64 by the book, out of what clients send: line breaks go, the alphabet of URLs is put right. Undefined if it is none, or holds nothing. */
export function cleanBase64(text: string): string | undefined {
  const clean = /[\s_-]/.test(text)
    ? text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/')
    : text;
  // A letter alone in the last group of four says no whole byte.
  return /^[A-Za-z0-9+/]+={0,2}$/.test(clean) && lettersOf(clean) % 4 !== 1 ? clean : undefined;
}

function lettersOf(base64: string): number {
  const padding = base64.indexOf('=', base64.length - 2);
  return padding < 0 ? base64.length : padding;
}
