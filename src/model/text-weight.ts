import type { JsonValue } from './json.ts';

/** How much text a question holds, with what is no text counted apart. */
export interface TextWeight {
  /** UTF-8 bytes of all strings, names of members and digits, but for embedded files. */
  readonly textBytes: number;
  /** Strings that are pictures or documents in base64. */
  readonly files: number;
}

/** No prose goes on for so long without a blank. */
const UNBROKEN_MAX = 1_024;

/**
 * Weighs a parsed request for an estimate of its tokens. Base64 is set apart: it costs three to four times the
 * tokens of prose where it is read as text, and next to nothing where it is a picture.
 */
export function weighText(value: JsonValue | undefined): TextWeight {
  const scale = new Scale();
  scale.weigh(value);
  return { textBytes: scale.textBytes, files: scale.files };
}

class Scale {
  textBytes = 0;
  files = 0;

  weigh(value: JsonValue | undefined): void {
    if (typeof value === 'string') this.#text(value);
    else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) this.weigh(item);
    else if (typeof value === 'object' && value !== null)
      this.#members(value as Readonly<Record<string, JsonValue>>);
    else if (value !== undefined) this.textBytes += 4;
  }

  #members(object: Readonly<Record<string, JsonValue>>): void {
    for (const name of Object.keys(object)) {
      this.textBytes += name.length;
      this.weigh(object[name]);
    }
  }

  #text(text: string): void {
    if (text.length > UNBROKEN_MAX && isUnbroken(text)) this.files++;
    else this.textBytes += Buffer.byteLength(text);
  }
}

function isUnbroken(text: string): boolean {
  for (let at = 0; at < UNBROKEN_MAX; at++) if (text.charCodeAt(at) <= 0x20) return false;
  return true;
}
