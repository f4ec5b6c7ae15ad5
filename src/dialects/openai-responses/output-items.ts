import type { JsonObject } from '../../model/json.ts';
import { CustomToolCallItem } from './custom-tool-call-item.ts';
import { FunctionCallItem } from './function-call-item.ts';
import type { ItemIds } from './item-ids.ts';
import { MessageItem } from './message-item.ts';
import type { ItemPlace, ItemStatus, OutputItem } from './output-item.ts';
import { ReasoningItem } from './reasoning-item.ts';
import { requestedTools } from './requested-tools.ts';
import type { ToolItem } from './tool-item.ts';
import type { WireEvent } from './wire.ts';

/**
 * The output of one response as it grows: which item is open, and which comes next. `output_index` is the
 * order of opening. A message or a reasoning item is closed before anything else opens; a tool use is closed
 * once its arguments are whole, and until then stays open beside the others, because some backends write two
 * tool uses by turns.
 */
export class OutputItems {
  readonly #ids: ItemIds;
  readonly #tools: ReturnType<typeof requestedTools>;
  readonly #items: OutputItem[] = [];
  readonly #openTools = new Map<string, ToolItem>();
  #open: MessageItem | ReasoningItem | undefined;

  constructor(ids: ItemIds, request: JsonObject) {
    this.#ids = ids;
    this.#tools = requestedTools(request);
  }

  /** All items as they stand, in order. */
  get wire(): JsonObject[] {
    return this.#items.map((item) => item.wire);
  }

  think(text: string): WireEvent[] {
    if (this.#open?.kind === 'reasoning') return this.#open.say(text);
    const item = new ReasoningItem(this.#nextPlace('rs'));
    return [...this.#begin(item), ...item.say(text)];
  }

  say(type: 'output_text' | 'refusal', text: string): WireEvent[] {
    if (this.#open?.kind === 'message') return this.#open.say(type, text);
    const item = new MessageItem(this.#nextPlace('msg'));
    return [...this.#begin(item), ...item.say(type, text)];
  }

  startToolUse(callId: string, name: string): WireEvent[] {
    const events = [...this.#closeText('completed'), ...this.#closeWholeTools()];
    const item = this.#newTool(callId, name);
    this.#items.push(item);
    this.#openTools.set(callId, item);
    return [...events, ...item.open()];
  }

  /** What comes after a whole object cannot be told any more, and no client could read it. */
  addArguments(callId: string, text: string): WireEvent[] {
    return this.#openTools.get(callId)?.say(text) ?? [];
  }

  closeAll(status: ItemStatus): WireEvent[] {
    const openTools = [...this.#openTools.values()];
    this.#openTools.clear();
    return [...openTools.flatMap((item) => item.close(status)), ...this.#closeText(status)];
  }

  #begin(item: MessageItem | ReasoningItem): WireEvent[] {
    const events = [...this.#closeText('completed'), ...this.#closeWholeTools()];
    this.#items.push(item);
    this.#open = item;
    return [...events, ...item.open()];
  }

  #closeText(status: ItemStatus): WireEvent[] {
    const events = this.#open?.close(status) ?? [];
    this.#open = undefined;
    return events;
  }

  #closeWholeTools(): WireEvent[] {
    const whole = [...this.#openTools].filter(([, item]) => item.looksWhole);
    for (const [callId] of whole) this.#openTools.delete(callId);
    return whole.flatMap(([, item]) => item.close('completed'));
  }

  #newTool(callId: string, name: string): ToolItem {
    const requested = this.#tools.get(name);
    const use = { callId, name, namespace: requested?.namespace };
    if (requested?.isCustom) return new CustomToolCallItem(this.#nextPlace('ctc'), use);
    return new FunctionCallItem(this.#nextPlace('fc'), use);
  }

  #nextPlace(prefix: Parameters<ItemIds['item']>[0]): ItemPlace {
    const index = this.#items.length;
    return { item_id: this.#ids.item(prefix, index), output_index: index };
  }
}
