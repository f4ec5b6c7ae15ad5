import type { Part, PartOf } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import {
  type DataUrl,
  isDataUrl,
  readDataUrl,
  textOfDataUrl,
  undecodable,
} from '../media-family/data-url.ts';

/** The content of a message as this wire has it: one text, and pictures beside it. */
export interface Content {
  readonly text: string;
  readonly images: readonly string[];
}

/** The texts and media of a message's parts. Thoughts and tool uses have places of their own and are passed over. */
export function writeParts(parts: readonly Part[], path: string, warnings: Warnings): Content {
  const writer = new PartWriter(warnings);
  parts.forEach((part, at) => {
    writer.write(part, `${path}.content[${at}]`);
  });
  return { text: writer.texts.join('\n'), images: writer.images };
}

/** Media types that are texts, though they do not begin with `text/`. */
const texts =
  /^(text\/|application\/(json|xml|yaml|x-yaml|javascript|toml)\b|application\/[\w.-]+\+(json|xml)$)/;

class PartWriter {
  readonly #warnings: Warnings;
  readonly texts: string[] = [];
  readonly images: string[] = [];

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  write(part: Part, path: string): void {
    switch (part.type) {
      case 'text':
      case 'refusal':
        this.#text(part.text);
        break;
      case 'image':
        this.#image(part, path);
        break;
      case 'file':
        this.#file(part, path);
        break;
      case 'audio':
        this.#warnings.refuse(path, 'An Ollama server reads texts and pictures; it cannot hear audio.');
        break;
      default:
    }
  }

  #text(text: string): void {
    if (text !== '') this.texts.push(text);
  }

  /** The picture itself only: Ollama fetches nothing. */
  #image({ url }: PartOf<'image'>, path: string): void {
    if (url === undefined || !isDataUrl(url)) {
      this.#warnings.refuse(path, 'An Ollama server fetches no pictures; send it as a data: URL.');
      return;
    }
    this.images.push(bytesOf(url, path, this.#warnings).base64);
  }

  #file(file: PartOf<'file'>, path: string): void {
    const data =
      file.url !== undefined && isDataUrl(file.url) ? bytesOf(file.url, path, this.#warnings) : undefined;
    if (data?.mediaType.startsWith('image/')) this.images.push(data.base64);
    else if (data !== undefined && isText(data)) this.#document(file, data);
    else
      this.#warnings.refuse(
        path,
        'An Ollama server reads no documents but plain texts; send what it says as text.',
      );
  }

  /** A text document stands in the message, with its name before it. */
  #document({ name, context }: PartOf<'file'>, data: DataUrl): void {
    this.#text([name, context, textOfDataUrl(data)].filter(Boolean).join('\n\n'));
  }
}

/** A data: URL that says nothing of its type is a plain text, says its standard. */
function isText({ mediaType }: DataUrl): boolean {
  return mediaType === '' || texts.test(mediaType);
}

function bytesOf(url: string, path: string, warnings: Warnings): DataUrl {
  return readDataUrl(url) ?? warnings.reject(path, undecodable(path));
}
