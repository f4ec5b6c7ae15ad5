import type { TokenLogprob } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { CustomToolCallItem } from './custom-tool-call-item.ts';
import { FunctionCallItem } from './function-call-item.ts';
import { ImageItem, type Picture } from './image-item.ts';
import type { ItemIds } from './item-ids.ts';
import { MessageItem } from './message-item.ts';
import type { ItemPlace, ItemStatus, OutputItem } from './output-item.ts';
import { ReasoningItem } from './reasoning-item.ts';
import { RequestedTools } from './requested-tools.ts';
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
  readonly #requested: RequestedTools;
  readonly #items: OutputItem[] = [];
  readonly #openTools = new Map<string, ToolItem>();
  #open: MessageItem | ReasoningItem | undefined;

  constructor(ids: ItemIds, request: JsonObject) {
    this.#ids = ids;
    this.#requested = new RequestedTools(request);
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

  /** The end of the thoughts being told, if any are. */
  endThinking(): WireEvent[] {
    return this.#open?.kind === 'reasoning' ? this.#closeText('completed') : [];
  }

  /** A signature, on the thoughts being told, else as an item of its own. */
  sign(encrypted: string): WireEvent[] {
    const isTelling = this.#open?.kind === 'reasoning';
    const item = this.#open?.kind === 'reasoning' ? this.#open : new ReasoningItem(this.#nextPlace('rs'));
    const opening = isTelling ? [] : this.#begin(item);
    item.sign(encrypted);
    return [...opening, ...this.#closeText('completed')];
  }

  say(type: 'output_text' | 'refusal', text: string, tokens: readonly TokenLogprob[]): WireEvent[] {
    if (this.#open?.kind === 'message') return this.#open.say(type, text, tokens);
    const item = new MessageItem(this.#nextPlace('msg'));
    return [...this.#begin(item), ...item.say(type, text, tokens)];
  }

  /** Tokens that no text followed, on the message being told, if any is. */
  addTokens(tokens: readonly TokenLogprob[]): void {
    if (this.#open?.kind === 'message') this.#open.addTokens(tokens);
  }

  show(picture: Picture): WireEvent[] {
    const events = this.#closeFinished();
    const item = new ImageItem(this.#nextPlace('ig'), picture);
    this.#items.push(item);
    return [...events, ...item.open(), ...item.close()];
  }

  startToolUse(callId: string, name: string): WireEvent[] {
    // A backend that gives an id twice means two calls; the first can have no more to say.
    const events = [...this.endToolUse(callId), ...this.#closeFinished()];
    const item = this.#newTool(callId, name);
    this.#items.push(item);
    this.#openTools.set(callId, item);
    return [...events, ...item.open()];
  }

  /** What comes after a whole object cannot be told any more, and no client could read it. */
  addArguments(callId: string, text: string): WireEvent[] {
    return this.#openTools.get(callId)?.say(text) ?? [];
  }

  endToolUse(callId: string): WireEvent[] {
    const item = this.#openTools.get(callId);
    this.#openTools.delete(callId);
    return item?.close('completed') ?? [];
  }

  closeAll(status: ItemStatus): WireEvent[] {
    const openTools = [...this.#openTools.values()];
    this.#openTools.clear();
    return [...openTools.flatMap((item) => item.close(status)), ...this.#closeText(status)];
  }

  #begin(item: MessageItem | ReasoningItem): WireEvent[] {
    const events = this.#closeFinished();
    this.#items.push(item);
    this.#open = item;
    return [...events, ...item.open()];
  }

  /** What cannot go on once something new begins. */
  #closeFinished(): WireEvent[] {
    return [...this.#closeText('completed'), ...this.#closeWholeTools()];
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

  #newTool(callId: string, houseName: string): ToolItem {
    const requested = this.#requested.find(houseName);
    const use = { callId, name: requested?.name ?? houseName, namespace: requested?.namespace };
    if (requested?.isCustom) return new CustomToolCallItem(this.#nextPlace('ctc'), use);
    return new FunctionCallItem(this.#nextPlace('fc'), use);
  }

  #nextPlace(prefix: Parameters<ItemIds['item']>[0]): ItemPlace {
    const index = this.#items.length;
    return { item_id: this.#ids.item(prefix, index), output_index: index };
  }
}
