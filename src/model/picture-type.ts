/** What a picture is by its first twelve bytes, whatever it is called; undefined = none of those that are told here. */
export function pictureTypeOf(start: Buffer): 'image/png' | 'image/jpeg' | 'image/webp' | undefined {
  const text = start.toString('latin1', 0, 12);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return /^RIFF.{4}WEBP/s.test(text) ? 'image/webp' : undefined;
}
