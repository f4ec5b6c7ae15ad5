/** What a `data:` URL holds, still as it was written (protocols 10.3). */
export interface DataUrl {
  /** Lower case, without parameters; '' where none was named. */
  readonly mediaType: string;
  readonly isBase64: boolean;
  readonly data: string;
}

/** A data URL, also one without a media type, with parameters, or broken into lines; undefined for any other. */
export function readDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !/^data:/i.test(url)) return undefined;
  const [mediaType = '', ...parameters] = url.slice(5, comma).split(';');
  return {
    mediaType: mediaType.trim().toLowerCase(),
    isBase64: parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64'),
    data: url.slice(comma + 1),
  };
}

/** The text inside; what is badly encoded stays as it stands. */
export function textOfDataUrl({ isBase64, data }: DataUrl): string {
  if (isBase64) return Buffer.from(data, 'base64').toString('utf8');
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

/** Is it text, whatever it is called? */
export function isTextType(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    /^application\/(?:json|xml|yaml|x-yaml|javascript|[\w.-]+\+(?:json|xml))$/.test(mediaType)
  );
}
