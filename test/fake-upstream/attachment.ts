/** Pictures and files in a request are named in the echo, so that a test sees that they arrived, and how long. */
import { type Json, listIn, objectIn, stringIn, textIn } from './json.ts';

type JsonPart = ReturnType<typeof objectIn>;

/** The words for a part that is no text; undefined if it is none of the dialect's attachments. */
export type Notice = (part: JsonPart) => string | undefined;

/** As `textIn`, but what is no text is named. */
export function spokenIn(content: Json | undefined, notice: Notice): string {
  if (Array.isArray(content))
    return listIn(content)
      .map((part) => spokenIn(part, notice))
      .filter(Boolean)
      .join(' ');
  const part = objectIn(content);
  return notice(part) ?? (Array.isArray(part.content) ? spokenIn(part.content, notice) : textIn(content));
}

/** `[image image/png 12 bytes]` */
export function inline(kind: string, mime: string, base64: Json | undefined): string {
  return `[${kind} ${mime} ${Buffer.from(stringIn(base64), 'base64').length} bytes]`;
}

/** The same of a `data:` URL; any other address is named itself. */
export function byUrl(kind: string, url: Json | undefined): string {
  const [, mime = '', base64] = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(stringIn(url)) ?? [];
  return base64 === undefined ? `[${kind} ${stringIn(url)}]` : inline(kind, mime, base64);
}

/** A picture goes by this kind, anything else is a file. */
export function kindOf(mime: string): string {
  const kind = mime.split('/')[0] ?? '';
  return ['image', 'audio', 'video'].includes(kind) ? kind : 'file';
}
