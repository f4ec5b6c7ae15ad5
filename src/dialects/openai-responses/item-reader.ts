import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readCarried } from './carried-signature.ts';
import type { Seen } from './finish-reason.ts';
import { PartReader } from './part-reader.ts';
import { readPicture } from './picture.ts';
import { readSigned } from './read-signed.ts';
import { ToolUseReader } from './tool-use-reader.ts';

/**
 * Reads the output items: messages, reasoning, calls of tools, pictures. Everything in this dialect is told
 * several times over (as deltas, in `….done`, in `output_item.done`, in the last event), and servers leave out
 * now this, now that. So the first telling counts, and the later ones only where the earlier were left out.
 *
 * What other hosted tools did has no place in a `CallEvent`; it is passed over, and told once.
 */
export class ItemReader {
  readonly #warnings: Warnings;
  readonly #parts: PartReader;
  readonly #tools = new ToolUseReader();
  #imageCount = 0;
  #hasSigned = false;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
    this.#parts = new PartReader(warnings);
  }

  get seen(): Seen {
    return { toolUse: this.#tools.hasUsed, refusal: this.#parts.hasRefused };
  }

  read(type: string, body: JsonObject): readonly CallEvent[] {
    switch (type) {
      case 'response.output_item.added':
        return this.#added(keyOf(body), body['item']);
      case 'response.output_item.done':
        return this.#done(keyOf(body), body['item']);
      case 'response.function_call_arguments.delta':
        return this.#tools.add(keyOf(body), stringMember(body, 'delta'));
      case 'response.function_call_arguments.done':
        return this.#tools.addOwed(keyOf(body), stringMember(body, 'arguments'));
      default:
        return this.#parts.read(type, keyOf(body), body);
    }
  }

  /** The output of the last event counts only where nothing came before it: its places may differ from the stream's. */
  owedOf(response: JsonValue | undefined): CallEvent[] {
    const hasSaid = this.#parts.hasSaid || this.#tools.hasUsed || this.#imageCount > 0 || this.#hasSigned;
    if (hasSaid || !isJsonObject(response)) return [];
    const output = arrayMember(response, 'output') ?? [];
    return output.flatMap((item, index) => this.#done(String(index), item));
  }

  #added(key: string, item: JsonValue | undefined): CallEvent[] {
    // A server that counts badly uses a place twice; what was said of the old item is not said of the new one.
    this.#parts.forget(key);
    this.#tools.forget(key);
    return isJsonObject(item) && item['type'] === 'function_call' ? this.#tools.start(key, item) : [];
  }

  /** The item as a whole: what of it was not said yet, and its end. */
  #done(key: string, item: JsonValue | undefined): CallEvent[] {
    if (!isJsonObject(item)) return [];
    switch (item['type']) {
      case 'message':
        return this.#parts.owedOf(key, item, 'content', 'content_index');
      case 'reasoning':
        return this.#reasoning(key, item);
      case 'function_call':
      case 'custom_tool_call':
        return this.#tools.finish(key, item);
      case 'image_generation_call':
        return this.#picture(item);
      default:
        return this.#hosted(item);
    }
  }

  #reasoning(key: string, item: JsonObject): CallEvent[] {
    const owed = [
      ...this.#parts.owedOf(key, item, 'summary', 'summary_index'),
      ...this.#parts.owedOf(key, item, 'content', 'content_index'),
    ];
    const carried = readCarried(stringMember(item, 'encrypted_content'));
    if (carried?.carried === 'tool-use') return [...owed, ...this.#tools.sign(carried.signature)];
    const signed = readSigned(carried, this.#parts.hasSaidOf(key));
    this.#hasSigned ||= signed.length > 0;
    return [...owed, ...signed];
  }

  #picture(item: JsonObject): CallEvent[] {
    const picture = readPicture(item, this.#imageCount);
    if (picture === undefined) return [];
    this.#imageCount++;
    return [picture];
  }

  #hosted(item: JsonObject): CallEvent[] {
    this.#warnings.dropped(stringMember(item, 'type') ?? 'output', 'no_counterpart');
    return [];
  }
}

/** Which item an event speaks of: its place, or its id where a server forgets the place. */
function keyOf(body: JsonObject): string {
  const item = body['item'];
  const id = body['item_id'] ?? (isJsonObject(item) ? item['id'] : undefined);
  const place = body['output_index'] ?? id;
  return typeof place === 'number' || typeof place === 'string' ? `${place}` : '0';
}
