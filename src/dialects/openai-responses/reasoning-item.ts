import type { JsonObject } from '../../model/json.ts';
import { type ItemPlace, itemAdded, itemDone, type OutputItem } from './output-item.ts';
import type { WireEvent } from './wire.ts';

/**
 * Reasoning, shown as a summary of one part, or of none where only a signature is to be told. Raw reasoning has
 * events of its own, but hardly a client knows them, and whose text it was is not ours to say.
 */
export class ReasoningItem implements OutputItem {
  readonly kind = 'reasoning';
  readonly #place: ItemPlace;
  #text = '';
  #encrypted: string | undefined;
  #isClosed = false;

  constructor(place: ItemPlace) {
    this.#place = place;
  }

  get wire(): JsonObject {
    const summary = this.#isClosed && this.#text !== '' ? [writePart(this.#text)] : [];
    const encrypted = this.#encrypted === undefined ? {} : { encrypted_content: this.#encrypted };
    return { id: this.#place.item_id, type: 'reasoning', summary, ...encrypted };
  }

  open(): WireEvent[] {
    return [itemAdded(this.#place, this.wire)];
  }

  say(text: string): WireEvent[] {
    const opening = this.#text === '' ? [this.#partEvent('added', '')] : [];
    this.#text += text;
    return [...opening, { type: 'response.reasoning_summary_text.delta', ...this.#partPlace, delta: text }];
  }

  /** The proof that goes with these thoughts, known when they are over. */
  sign(encrypted: string): void {
    this.#encrypted = encrypted;
  }

  close(): WireEvent[] {
    this.#isClosed = true;
    const text = this.#text;
    if (text === '') return [itemDone(this.#place, this.wire)];
    return [
      { type: 'response.reasoning_summary_text.done', ...this.#partPlace, text },
      this.#partEvent('done', text),
      itemDone(this.#place, this.wire),
    ];
  }

  #partEvent(what: 'added' | 'done', text: string): WireEvent {
    return { type: `response.reasoning_summary_part.${what}`, ...this.#partPlace, part: writePart(text) };
  }

  get #partPlace() {
    return { ...this.#place, summary_index: 0 };
  }
}

function writePart(text: string): JsonObject {
  return { type: 'summary_text', text };
}
