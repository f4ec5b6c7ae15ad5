import type { JsonObject } from '../../model/json.ts';
import { isWholeObject } from '../tool-use-family/tool-arguments.ts';
import { unwrapInput } from './custom-input.ts';
import { type ItemPlace, type ItemStatus, itemAdded, itemDone } from './output-item.ts';
import type { ToolItem, ToolUse } from './tool-item.ts';
import type { WireEvent } from './wire.ts';

/**
 * A call of a free-form tool. Inside the house it is a function with one member `input` (protocols 10.4); the
 * JSON around the text has to come off again, so the text goes out in one piece when it is whole.
 */
export class CustomToolCallItem implements ToolItem {
  readonly kind = 'tool';
  readonly #place: ItemPlace;
  readonly #use: ToolUse;
  #arguments = '';
  #status: ItemStatus | 'in_progress' = 'in_progress';

  constructor(place: ItemPlace, use: ToolUse) {
    this.#place = place;
    this.#use = use;
  }

  get wire(): JsonObject {
    return {
      id: this.#place.item_id,
      type: 'custom_tool_call',
      status: this.#status,
      call_id: this.#use.callId,
      name: this.#use.name,
      input: this.#status === 'in_progress' ? '' : unwrapInput(this.#arguments),
    };
  }

  get looksWhole(): boolean {
    return isWholeObject(this.#arguments);
  }

  open(): WireEvent[] {
    return [itemAdded(this.#place, this.wire)];
  }

  say(text: string): WireEvent[] {
    this.#arguments += text;
    return [];
  }

  close(status: ItemStatus): WireEvent[] {
    this.#status = status;
    const input = unwrapInput(this.#arguments);
    return [
      { type: 'response.custom_tool_call_input.delta', ...this.#place, delta: input },
      { type: 'response.custom_tool_call_input.done', ...this.#place, input },
      itemDone(this.#place, this.wire),
    ];
  }
}
