import type { JsonObject } from '../../model/json.ts';
import { type ItemPlace, itemAdded, itemDone, type OutputItem } from './output-item.ts';
import type { WireEvent } from './wire.ts';

export interface Picture {
  readonly base64: string;
  /** The file format, as `output_format` names it: `png`. */
  readonly format: string;
  readonly revisedPrompt?: string | undefined;
}

/** A picture in the middle of an answer, which this dialect tells as the work of its own image tool. */
export class ImageItem implements OutputItem {
  readonly kind = 'image';
  readonly #place: ItemPlace;
  readonly #picture: Picture;
  #isClosed = false;

  constructor(place: ItemPlace, picture: Picture) {
    this.#place = place;
    this.#picture = picture;
  }

  get wire(): JsonObject {
    const { base64, format, revisedPrompt } = this.#picture;
    return {
      id: this.#place.item_id,
      type: 'image_generation_call',
      status: this.#isClosed ? 'completed' : 'in_progress',
      output_format: format,
      result: this.#isClosed ? base64 : null,
      ...(revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt }),
    };
  }

  open(): WireEvent[] {
    return [
      itemAdded(this.#place, this.wire),
      { type: 'response.image_generation_call.in_progress', ...this.#place },
    ];
  }

  close(): WireEvent[] {
    this.#isClosed = true;
    return [
      { type: 'response.image_generation_call.completed', ...this.#place },
      itemDone(this.#place, this.wire),
    ];
  }
}
