import type { ComplaintBook, Spot } from './complaint-book.ts';
import { shownPath } from './complaint-book.ts';
import { dotted, type KeyPath } from './key-path.ts';
import type { SectionName } from './read-schema.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * One of the three sections, checked for shape, with the way back from each of its keys to file and line. It is
 * what normalising reads from and complains to.
 */
export class ConfigSection {
  readonly name: SectionName;
  /** Has the shape of its schema, with whatever was wrong left out (see `ShapeReport.value`). */
  value: unknown = undefined;
  /** References resolved, nothing else changed. */
  raw: unknown = undefined;
  /** Second spellings: dotted path under the first spelling → key as written. */
  respelled: ReadonlyMap<string, string> = new Map();
  /** Dotted paths, as written, of strings that came from the environment or a file. */
  resolved: ReadonlySet<string> = new Set();
  readonly document: SourceDocument;
  /** Where in the document the section stands: `['apps']` in a single file. */
  readonly #base: KeyPath;
  readonly #book: ComplaintBook;
  readonly #overrides = new Map<string, Spot>();

  constructor(name: SectionName, document: SourceDocument, base: KeyPath, book: ComplaintBook) {
    this.name = name;
    this.document = document;
    this.#base = base;
    this.#book = book;
  }

  error(path: KeyPath, message: string): void {
    this.#book.add('error', this.spotOf(path), message);
  }

  warn(path: KeyPath, message: string): void {
    this.#book.add('warning', this.spotOf(path), message);
  }

  /** A complaint about a path in the file's own spelling. */
  complainOfWritten(severity: 'error' | 'warning', path: KeyPath, message: string): void {
    this.#book.add(severity, this.#writtenSpot(path), message);
  }

  keepSecret(value: string): void {
    this.#book.keepSecret(value);
  }

  /** From now on this key comes from a variable or a flag. */
  override(path: KeyPath, spot: Spot): void {
    this.#overrides.set(dotted(path), spot);
  }

  spotOf(path: KeyPath): Spot {
    return this.#overrides.get(dotted(path)) ?? this.#writtenSpot(this.asWritten(path));
  }

  get overrides(): ReadonlyMap<string, Spot> {
    return this.#overrides;
  }

  isResolved(path: KeyPath): boolean {
    return this.isWrittenResolved(this.asWritten(path));
  }

  isWrittenResolved(path: KeyPath): boolean {
    return this.resolved.has(dotted(path));
  }

  /** The path in the spelling of the file. */
  asWritten(path: KeyPath): KeyPath {
    if (this.respelled.size === 0) return path;
    return path.map((step, at) => this.respelled.get(dotted(path.slice(0, at + 1))) ?? step);
  }

  #writtenSpot(path: KeyPath): Spot {
    const inDocument = [...this.#base, ...path];
    const key = this.document.nameOf?.(inDocument) ?? shownPath(path);
    return { file: this.document.file, place: this.document.placeOf(inDocument), key };
  }
}
