import type { Asked } from '../../model/call.ts';
import { arrayMember, type JsonObject } from '../../model/json.ts';
import type { ByteEdit, JsonOutline } from '../../model/json-outline.ts';
import type { EditWishes } from '../dialect.ts';
import { mustStopThinking, withoutForeignThoughts } from './foreign-thoughts.ts';

/**
 * Model, the app's system prompt in front of the client's, and a history without foreign thoughts; every other byte
 * stays as it is (protocols T17).
 */
export function planEdits(
  outline: JsonOutline,
  body: JsonObject,
  _asked: Asked,
  wishes: EditWishes,
): ByteEdit[] {
  const edits = new RequestEdits(outline);
  if (wishes.model !== undefined) edits.set('model', JSON.stringify(wishes.model));
  if (wishes.systemPrompt) addSystem(edits, body['system'], wishes.systemPrompt);
  cleanHistory(edits, body);
  return edits.list();
}

function cleanHistory(edits: RequestEdits, body: JsonObject): void {
  const turns = arrayMember(body, 'messages') ?? [];
  const own = withoutForeignThoughts(turns);
  if (own === turns) return;
  edits.set('messages', JSON.stringify(own));
  if (mustStopThinking(body, turns, own)) edits.set('thinking', JSON.stringify({ type: 'disabled' }));
}

function addSystem(edits: RequestEdits, system: JsonObject[string], prompt: string): void {
  const text = textInFront(system, prompt);
  if (text === undefined) edits.set('system', JSON.stringify(prompt));
  else edits.insertInto('system', text);
}

/** What to put behind the opening quotation mark or bracket; undefined if there is nothing to stand in front of. */
function textInFront(system: JsonObject[string], prompt: string): string | undefined {
  if (typeof system === 'string')
    return JSON.stringify(system === '' ? prompt : `${prompt}\n\n`).slice(1, -1);
  if (!Array.isArray(system)) return undefined;
  return JSON.stringify({ type: 'text', text: prompt }) + (system.length > 0 ? ',' : '');
}

class RequestEdits {
  readonly #outline: JsonOutline;
  readonly #edits: ByteEdit[] = [];
  readonly #newMembers: string[] = [];

  constructor(outline: JsonOutline) {
    this.#outline = outline;
  }

  set(name: string, json: string): void {
    const span = this.#outline.span(name);
    if (span === undefined) this.#newMembers.push(`${JSON.stringify(name)}:${json}`);
    else this.#edits.push({ ...span, text: json });
  }

  /** Puts text just behind the opening bracket or quotation mark of the member's value. */
  insertInto(name: string, text: string): void {
    const span = this.#outline.span(name);
    if (span !== undefined) this.#edits.push({ start: span.start + 1, end: span.start + 1, text });
  }

  /** All new members go in one piece: two edits at one place would leave it open which comes first. */
  list(): ByteEdit[] {
    if (this.#newMembers.length > 0) {
      const at = this.#outline.bodyStart;
      const text = this.#newMembers.join(',') + (this.#outline.isEmpty ? '' : ',');
      this.#edits.push({ start: at, end: at, text });
    }
    return this.#edits.sort((a, b) => a.start - b.start);
  }
}
