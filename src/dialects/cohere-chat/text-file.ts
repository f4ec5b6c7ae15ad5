import type { PartOf } from '../../model/call.ts';

/** The text of a document that holds nothing but text and came with its bytes; undefined for every other one. */
export function textOfFile(file: PartOf<'file'>): string | undefined {
  const comma = file.url?.indexOf(',') ?? -1;
  if (file.url === undefined || comma < 0) return undefined;
  const head = file.url.slice(0, comma).toLowerCase();
  if (!/^data:(text\/[a-z0-9.+-]+|application\/json)\s*(;|$)/.test(head)) return undefined;
  const body = file.url.slice(comma + 1);
  return /;\s*base64\s*$/.test(head) ? Buffer.from(body, 'base64').toString('utf8') : unescaped(body);
}

/** A sign that begins no escape stands for itself: people write data URLs by hand. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
