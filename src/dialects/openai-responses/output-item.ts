import type { JsonObject } from '../../model/json.ts';
import type { WireEvent } from './wire.ts';

/** How an item ends: an answer that was cut leaves its last item `incomplete`. */
export type ItemStatus = 'completed' | 'incomplete';

/** An item of the output while it is written. Every kind is told in the same order: added, its own events, done. */
export interface OutputItem {
  readonly kind: 'message' | 'reasoning' | 'tool' | 'image';
  /** The item as it stands. */
  readonly wire: JsonObject;
  /** The events that announce it. */
  open(): WireEvent[];
  /** The events that end it; `wire` is final afterwards. */
  close(status: ItemStatus): WireEvent[];
}

/** Where an item stands; every event inside it repeats this. */
export interface ItemPlace extends JsonObject {
  readonly item_id: string;
  readonly output_index: number;
}

export function itemAdded(place: ItemPlace, item: JsonObject): WireEvent {
  return { type: 'response.output_item.added', output_index: place.output_index, item };
}

export function itemDone(place: ItemPlace, item: JsonObject): WireEvent {
  return { type: 'response.output_item.done', output_index: place.output_index, item };
}
