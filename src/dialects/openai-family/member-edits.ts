import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';

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

  /** Puts text just behind the opening bracket or quotation mark of the member's value. */
  insertInto(name: string, text: string): void {
    const span = this.#outline.span(name);
    if (span !== undefined) this.#edits.push({ start: span.start + 1, end: span.start + 1, text });
  }

  /** What was collected, in the order of the bytes. */
  list(): ByteEdit[] {
    if (this.#newMembers.length === 0) return this.#edits.sort(byStart);
    const at = this.#outline.bodyStart;
    const comma = this.#outline.isEmpty ? '' : ',';
    const insertion = { start: at, end: at, text: this.#newMembers.join(',') + comma };
    return [insertion, ...this.#edits.sort(byStart)];
  }
}

function byStart(a: ByteEdit, b: ByteEdit): number {
  return a.start - b.start;
}

/** The edits that chat and completions have in common: the model's name, and usage in the stream. */
export function commonEdits(
  outline: JsonOutline,
  body: JsonObject,
  asked: Asked,
  wishes: EditWishes,
): MemberEdits {
  const edits = new MemberEdits(outline);
  const model = wishes.model ?? modelOfAddress(body, asked);
  if (model !== undefined) edits.set('model', JSON.stringify(model));
  // Without `stream`, OpenAI refuses stream_options; a client that asked for usage itself needs no help.
  if (wishes.forceStreamUsage && asked.isStream && !asked.wantsStreamUsage) {
    edits.set('stream_options', withUsageForced(body));
  }
  return edits;
}

/** Where the address names the model, the body may name another, which a backend elsewhere would go by. */
function modelOfAddress(body: JsonObject, asked: Asked): string | undefined {
  return asked.model === (body['model'] || undefined) ? undefined : asked.model;
}

function withUsageForced(body: JsonObject): string {
  const options = body['stream_options'];
  return JSON.stringify({ ...(isJsonObject(options) ? options : {}), include_usage: true });
}
