/** Is it text, whatever it is called? */
export function isTextType(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    /^application\/(?:json|xml|yaml|x-yaml|javascript|[\w.-]+\+(?:json|xml))$/.test(mediaType)
  );
}
