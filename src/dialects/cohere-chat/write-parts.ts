import type { Part, PartOf } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { textOfFile } from './text-file.ts';
import type { WireContent, WireDocument, WireImage, WireText } from './wire.ts';

/** Writes the parts of one message. What Cohere cannot read is refused, and named by its path. */
export class PartWriter {
  readonly #place: string;
  readonly #warnings: Warnings;

  /** `place`: the message's own path, `messages[2]`. */
  constructor(place: string, warnings: Warnings) {
    this.#place = place;
    this.#warnings = warnings;
  }

  /** Of a system or assistant message: nothing but texts. */
  texts(parts: readonly Part[]): WireText[] {
    return parts.flatMap((part, at) => this.#text(part, this.#path(at)));
  }

  /** Of a user message: texts and pictures. */
  user(parts: readonly Part[]): (WireText | WireImage)[] {
    return parts.flatMap<WireText | WireImage>((part, at) =>
      part.type === 'image' ? this.#image(part, this.#path(at)) : this.#text(part, this.#path(at)),
    );
  }

  /** Of a tool's result: texts and documents. */
  result(parts: readonly Part[]): (WireText | WireDocument)[] {
    return parts.flatMap<WireText | WireDocument>((part, at) => {
      const text = part.type === 'file' ? textOfFile(part) : undefined;
      return part.type === 'file' && text !== undefined
        ? [documentOf(part, text)]
        : this.#text(part, this.#path(at));
    });
  }

  #path(at: number): string {
    return `${this.#place}.content[${at}]`;
  }

  #text(part: Part, path: string): WireText[] {
    if (part.type === 'text' || part.type === 'refusal') return [{ type: 'text', text: part.text }];
    if (part.type === 'file') return this.#file(part, path);
    if (part.type === 'image') this.#warnings.refuse(path, `The backend takes no picture at ${path}.`);
    if (part.type === 'audio') this.#warnings.refuse(path, `The backend cannot listen to audio (${path}).`);
    // Thoughts of earlier turns are of no use to another model (protocols 10.6); tool uses are written elsewhere.
    return [];
  }

  #image({ url, fileId, detail }: PartOf<'image'>, path: string): WireImage[] {
    if (url === undefined) {
      const what = fileId === undefined ? 'a picture without an address' : 'a file id of another provider';
      this.#warnings.refuse(path, `The backend cannot read ${what} (${path}); send the picture itself.`);
      return [];
    }
    return [{ type: 'image_url', image_url: { url, ...this.#detail(detail, path) } }];
  }

  #detail(detail: string | undefined, path: string): { detail?: string } {
    if (detail === undefined) return {};
    if (details.has(detail)) return { detail };
    this.#warnings.dropped(`${path}.image_url.detail`);
    return {};
  }

  /** A document of text is text; Cohere reads no other kind in a message. */
  #file(part: PartOf<'file'>, path: string): WireText[] {
    const text = textOfFile(part);
    if (text === undefined) {
      this.#warnings.refuse(path, `The backend reads no documents but plain text (${path}).`);
      return [];
    }
    const head = [part.name, part.context].filter(Boolean);
    return [{ type: 'text', text: [...head, text].join('\n') }];
  }
}

const details: ReadonlySet<string> = new Set(['auto', 'low', 'high']);

/** A single text goes as a string, as everybody writes it. */
export function contentOf<Part extends { readonly type: string }>(
  parts: readonly (Part | WireText)[],
): WireContent<Part | WireText> {
  const [first, ...others] = parts;
  if (first === undefined) return '';
  return others.length === 0 && isText(first) ? first.text : parts;
}

function isText(part: { readonly type: string }): part is WireText {
  return part.type === 'text';
}

function documentOf({ name, context }: PartOf<'file'>, text: string): WireDocument {
  const title = name === undefined ? {} : { title: name };
  return { type: 'document', document: { data: { ...title, ...(context ? { context } : {}), text } } };
}
