/** Base64 as it should be, out of what clients send: line breaks go, the alphabet of URLs is put right. Undefined if it is none. */
export function cleanBase64(text: string): string | undefined {
  const clean = text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  const isBase64 = clean !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(clean);
  return isBase64 && clean.replace(/=+$/, '').length % 4 !== 1 ? clean : undefined;
}
