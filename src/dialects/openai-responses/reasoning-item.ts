import type { JsonObject } from '../../model/json.ts';
import { type ItemPlace, itemAdded, itemDone, type OutputItem } from './output-item.ts';
import type { WireEvent } from './wire.ts';

/**
 * Reasoning, shown as a summary of one part. Raw reasoning has events of its own, but hardly a client knows
 * them, and whose text it was is not ours to say.
 */
export class ReasoningItem implements OutputItem {
  readonly kind = 'reasoning';
  readonly #place: ItemPlace;
  #text = '';
  #isClosed = false;

  constructor(place: ItemPlace) {
    this.#place = place;
  }

  get wire(): JsonObject {
    const summary = this.#isClosed ? [writePart(this.#text)] : [];
    return { id: this.#place.item_id, type: 'reasoning', summary };
  }

  open(): WireEvent[] {
    return [
      itemAdded(this.#place, this.wire),
      { type: 'response.reasoning_summary_part.added', ...this.#partPlace, part: writePart('') },
    ];
  }

  say(text: string): WireEvent[] {
    this.#text += text;
    return [{ type: 'response.reasoning_summary_text.delta', ...this.#partPlace, delta: text }];
  }

  close(): WireEvent[] {
    this.#isClosed = true;
    const text = this.#text;
    return [
      { type: 'response.reasoning_summary_text.done', ...this.#partPlace, text },
      { type: 'response.reasoning_summary_part.done', ...this.#partPlace, part: writePart(text) },
      itemDone(this.#place, this.wire),
    ];
  }

  get #partPlace() {
    return { ...this.#place, summary_index: 0 };
  }
}

function writePart(text: string): JsonObject {
  return { type: 'summary_text', text };
}
