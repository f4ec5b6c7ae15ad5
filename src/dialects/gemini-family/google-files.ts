/** Places that only Google's models can read: its Files API and Cloud Storage. */
const own = /^(?:gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/)/i;

const youTube = /^https:\/\/(?:(?:www\.|m\.)?youtube\.com|youtu\.be)\//i;

export function isGooglesOwn(uri: string): boolean {
  return own.test(uri);
}

/** What Google fetches by itself when it stands in `fileData` (protocols 10.3). */
export function isFetchedByGoogle(uri: string): boolean {
  return own.test(uri) || youTube.test(uri);
}
