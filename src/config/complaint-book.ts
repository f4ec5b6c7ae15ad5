import type { Complaint } from './config.ts';
import { dotted, type KeyPath } from './key-path.ts';
import { looksLikeKey } from './show-value.ts';
import type { Place } from './source-document.ts';

/** Where a complaint belongs: a key of a file, a variable, a flag. */
export interface Spot {
  readonly file: string;
  readonly place: Place | undefined;
  readonly key: string;
}

/** Shorter strings are words, not secrets; hiding them would make complaints unreadable. */
const SECRET_LENGTH_MIN = 8;

/**
 * Collects every complaint of one load, and every secret that was seen on the way: whatever a complaint was going
 * to say, no secret leaves this book.
 */
export class ComplaintBook {
  readonly #complaints: Complaint[] = [];
  readonly #secrets = new Set<string>();

  add(severity: Complaint['severity'], spot: Spot, message: string): void {
    const { file, place, key } = spot;
    this.#complaints.push({ severity, file, line: place?.line, column: place?.column, key, message });
  }

  keepSecret(value: string): void {
    if (value.length >= SECRET_LENGTH_MIN && !value.startsWith('file:')) this.#secrets.add(value);
  }

  /** All of them, in the order of the text. */
  all(severity: Complaint['severity']): Complaint[] {
    return this.#complaints
      .filter((complaint) => complaint.severity === severity)
      .sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0))
      .map((complaint) => this.#withoutSecrets(complaint));
  }

  #withoutSecrets(complaint: Complaint): Complaint {
    return { ...complaint, key: this.#hide(complaint.key), message: this.#hide(complaint.message) };
  }

  #hide(text: string): string {
    let hidden = text;
    for (const secret of longestFirst(this.#secrets)) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  }
}

/** The path as it is shown: a step that looks like a secret (a key pasted as a name) is hidden. */
export function shownPath(path: KeyPath): string {
  return dotted(path.map((step) => (typeof step === 'string' && looksLikeKey(step) ? '***' : step)));
}

/** One secret may be the beginning of another. */
const longestFirst = (secrets: Iterable<string>): string[] =>
  [...secrets].sort((a, b) => b.length - a.length);

/** By code unit: `localeCompare` would load 10 ms of ICU at every start. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
