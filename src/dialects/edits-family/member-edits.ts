import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';

/**
 * Collects the changes to one request body. All new members go into a single insertion behind the opening
 * brace: two edits at one place would leave it to the applier which comes first and where the commas go.
 */
export class MemberEdits {
  readonly #outline: JsonOutline;
  readonly #newMembers: string[] = [];
  readonly #edits: ByteEdit[] = [];

  constructor(outline: JsonOutline) {
    this.#outline = outline;
  }

  /** Replaces the member's value, or adds the member. `json` is JSON text. */
  set(name: string, json: string): void {
    const span = this.#outline.span(name);
    if (span === undefined) this.#newMembers.push(`${JSON.stringify(name)}:${json}`);
    else this.#edits.push({ start: span.start, end: span.end, text: json });
  }

  /** Every body names its model alike; undefined = it keeps the name it has. */
  setModel(model: string | undefined): void {
    if (model !== undefined) this.set('model', JSON.stringify(model));
  }

  /** Puts text just behind the opening bracket or quotation mark of the value of a member that is there. */
  insertInto(name: string, text: string): void {
    const span = this.#outline.span(name);
    if (span !== undefined) this.#edits.push({ start: span.start + 1, end: span.start + 1, text });
  }

  /** What was collected, in the order of the bytes. */
  list(): ByteEdit[] {
    const edits = this.#edits.sort((a, b) => a.start - b.start);
    if (this.#newMembers.length === 0) return edits;
    const at = this.#outline.bodyStart;
    const comma = this.#outline.isEmpty ? '' : ',';
    return [{ start: at, end: at, text: this.#newMembers.join(',') + comma }, ...edits];
  }
}
