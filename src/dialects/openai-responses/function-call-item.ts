import type { JsonObject } from '../../model/json.ts';
import { isWholeObject } from '../tool-use-family/tool-arguments.ts';
import { type ItemPlace, type ItemStatus, itemAdded, itemDone } from './output-item.ts';
import type { ToolItem, ToolUse } from './tool-item.ts';
import type { WireEvent } from './wire.ts';

/** A call of a function. */
export class FunctionCallItem implements ToolItem {
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
    const { callId, name, namespace } = this.#use;
    return {
      id: this.#place.item_id,
      type: 'function_call',
      status: this.#status,
      call_id: callId,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      // As in OpenAI's own stream: empty while they are being written.
      arguments: this.#status === 'in_progress' ? '' : this.#arguments,
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
    return [{ type: 'response.function_call_arguments.delta', ...this.#place, delta: text }];
  }

  close(status: ItemStatus): WireEvent[] {
    // A tool without arguments comes as nothing at all from some backends; clients parse what they get (T10).
    const owed = this.#arguments.trim() === '' && status === 'completed' ? this.say('{}') : [];
    this.#status = status;
    const done = { name: this.#use.name, arguments: this.#arguments };
    return [
      ...owed,
      { type: 'response.function_call_arguments.done', ...this.#place, ...done },
      itemDone(this.#place, this.wire),
    ];
  }
}
