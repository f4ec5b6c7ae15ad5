import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Seen } from './finish-reason.ts';
import { type IndexName, type PartPlace, partEvents, placeOf, textKinds } from './item-parts.ts';

/**
 * Reads what stands inside the output items: text, refusals, reasoning and calls of tools. Everything in this
 * dialect is told several times over (as deltas, in `….done`, in `output_item.done`, in the last event), and
 * servers leave out now this, now that. So the first telling of a part counts, and the later ones only where
 * the earlier were left out.
 *
 * Items of hosted tools have no place in a `CallEvent` and are passed over.
 */
export class ItemReader {
  /** The parts of which something was said. */
  readonly #said = new Set<string>();
  /** The tool use each function call became, by item. */
  readonly #toolUses = new Map<string, string>();
  #hasSaid = false;
  #hasRefused = false;
  #hasUsedTool = false;

  get seen(): Seen {
    return { toolUse: this.#hasUsedTool, refusal: this.#hasRefused };
  }

  read(type: string, body: JsonObject): CallEvent[] {
    switch (type) {
      case 'response.output_item.added':
        return this.#added(keyOf(body), body['item']);
      case 'response.output_item.done':
        return this.#itemOwed(keyOf(body), body['item']);
      case 'response.function_call_arguments.delta':
        return this.#arguments(keyOf(body), stringMember(body, 'delta'));
      case 'response.function_call_arguments.done':
        return this.#argumentsOwed(keyOf(body), stringMember(body, 'arguments'));
      default:
        return this.#text(type, body);
    }
  }

  /** The output of the last event counts only where nothing came before it: its places may differ from the stream's. */
  owedOf(response: JsonValue | undefined): CallEvent[] {
    if (this.#hasSaid || !isJsonObject(response)) return [];
    const output = arrayMember(response, 'output') ?? [];
    return output.flatMap((item, index) => this.#itemOwed(String(index), item));
  }

  #text(type: string, body: JsonObject): CallEvent[] {
    const kind = textKinds.get(type);
    if (kind === undefined) return [];
    const index = body[kind.index];
    const part: PartPlace = {
      event: kind.event,
      item: keyOf(body),
      name: kind.index,
      index: numberOr0(index),
    };
    if (kind.isDelta) return this.#say(part, stringMember(body, 'delta') ?? '');
    return this.#sayOwed(part, stringMember(body, 'text') ?? stringMember(body, 'refusal') ?? '');
  }

  #added(key: string, item: JsonValue | undefined): CallEvent[] {
    // A server that counts badly uses a place twice; what was said of the old item is not said of the new one.
    for (const said of this.#said) if (said.startsWith(`${key} `)) this.#said.delete(said);
    this.#toolUses.delete(key);
    return isJsonObject(item) && item['type'] === 'function_call' ? this.#startToolUse(key, item) : [];
  }

  #itemOwed(key: string, item: JsonValue | undefined): CallEvent[] {
    if (!isJsonObject(item)) return [];
    switch (item['type']) {
      case 'message':
        return this.#partsOwed(key, item, 'content', 'content_index');
      case 'reasoning':
        return [
          ...this.#partsOwed(key, item, 'summary', 'summary_index'),
          ...this.#partsOwed(key, item, 'content', 'content_index'),
        ];
      case 'function_call':
        return [
          ...this.#startToolUse(key, item),
          ...this.#argumentsOwed(key, stringMember(item, 'arguments')),
        ];
      case 'custom_tool_call':
        return [...this.#startToolUse(key, item), ...this.#argumentsOwed(key, wrapInput(item))];
      default:
        return [];
    }
  }

  #partsOwed(key: string, item: JsonObject, list: string, name: IndexName): CallEvent[] {
    return (arrayMember(item, list) ?? []).flatMap((part, index) => {
      const event = isJsonObject(part) ? partEvents.get(stringMember(part, 'type') ?? '') : undefined;
      if (event === undefined || !isJsonObject(part)) return [];
      const text = stringMember(part, 'text') ?? stringMember(part, 'refusal') ?? '';
      return this.#sayOwed({ event, item: key, name, index }, text);
    });
  }

  #sayOwed(part: PartPlace, whole: string): CallEvent[] {
    return this.#said.has(placeOf(part)) ? [] : this.#say(part, whole);
  }

  #say(part: PartPlace, text: string): CallEvent[] {
    if (text === '') return [];
    const place = placeOf(part);
    // The parts of a reasoning summary are paragraphs; the parts of a message are one text.
    const isNewParagraph = part.event === 'thinking-delta' && part.index > 0 && !this.#said.has(place);
    this.#said.add(place);
    this.#hasSaid = true;
    if (part.event === 'refusal-delta') this.#hasRefused = true;
    return [{ type: part.event, choice: 0, text: isNewParagraph ? `\n\n${text}` : text }];
  }

  #startToolUse(key: string, item: JsonObject): CallEvent[] {
    if (this.#toolUses.has(key)) return [];
    // `id` names the item, `call_id` the call that a result will refer to; sloppy servers send one of them.
    const id = stringMember(item, 'call_id') ?? stringMember(item, 'id') ?? `call_${key}`;
    this.#toolUses.set(key, id);
    this.#hasSaid = true;
    this.#hasUsedTool = true;
    return [{ type: 'tool-use-start', choice: 0, id, name: stringMember(item, 'name') ?? '' }];
  }

  #argumentsOwed(key: string, whole: string | undefined): CallEvent[] {
    return this.#said.has(`${key} arguments`) ? [] : this.#arguments(key, whole);
  }

  /** Arguments before their item is known are left to `output_item.done`, which holds all of them. */
  #arguments(key: string, text: string | undefined): CallEvent[] {
    const id = this.#toolUses.get(key);
    if (id === undefined || text === undefined || text === '') return [];
    this.#said.add(`${key} arguments`);
    return [{ type: 'tool-use-delta', choice: 0, id, arguments: text }];
  }
}

/** Which item an event speaks of: its place, or its id where a server forgets the place. */
function keyOf(body: JsonObject): string {
  const item = body['item'];
  const id = body['item_id'] ?? (isJsonObject(item) ? item['id'] : undefined);
  return String(body['output_index'] ?? id ?? 0);
}

function numberOr0(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** A free-form tool's text, as the arguments of a function with one member `input` (protocols 10.4). */
function wrapInput(item: JsonObject): string {
  return JSON.stringify({ input: stringMember(item, 'input') ?? '' });
}
