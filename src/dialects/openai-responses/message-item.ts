import type { TokenLogprob } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import { type ItemPlace, type ItemStatus, itemAdded, itemDone, type OutputItem } from './output-item.ts';
import type { WireEvent } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

const none: readonly never[] = [];

type PartType = 'output_text' | 'refusal';

/** A message of the assistant: parts of text or refusal, one open at a time. */
export class MessageItem implements OutputItem {
  readonly kind = 'message';
  readonly #place: ItemPlace;
  readonly #parts: JsonObject[] = [];
  #status: ItemStatus | 'in_progress' = 'in_progress';
  #openType: PartType | undefined;
  #openText = '';
  #openTokens: JsonObject[] = [];

  constructor(place: ItemPlace) {
    this.#place = place;
  }

  get wire(): JsonObject {
    return {
      id: this.#place.item_id,
      type: 'message',
      status: this.#status,
      role: 'assistant',
      content: [...this.#parts],
    };
  }

  open(): WireEvent[] {
    return [itemAdded(this.#place, this.wire)];
  }

  say(type: PartType, text: string, tokens: readonly TokenLogprob[]): WireEvent[] {
    const opening = this.#openType === type ? none : [...this.#closePart(), ...this.#openPart(type)];
    this.#openText += text;
    const logprobs = this.addTokens(tokens);
    const said = type === 'output_text' ? this.#textDelta(text, logprobs) : this.#refusalDelta(text);
    return opening.length === 0 ? [said] : [...opening, said];
  }

  /** Hot: nearly all events are this one, so it is made in one piece. */
  #textDelta(delta: string, logprobs: readonly JsonObject[]): WireEvent {
    const { item_id, output_index } = this.#place;
    const content_index = this.#parts.length;
    return { type: 'response.output_text.delta', item_id, output_index, content_index, delta, logprobs };
  }

  #refusalDelta(delta: string): WireEvent {
    return { type: 'response.refusal.delta', ...this.#partPlace, delta };
  }

  /** Keeps them for the end of the open part; gives them as they are written. */
  addTokens(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
    if (tokens.length === 0) return none;
    const written = writeLogprobs(tokens);
    for (const one of written) this.#openTokens.push(one);
    return written;
  }

  close(status: ItemStatus): WireEvent[] {
    const events = this.#closePart();
    this.#status = status;
    return [...events, itemDone(this.#place, this.wire)];
  }

  #openPart(type: PartType): WireEvent[] {
    this.#openType = type;
    this.#openText = '';
    this.#openTokens = [];
    return [{ type: 'response.content_part.added', ...this.#partPlace, part: writePart(type, '', []) }];
  }

  #closePart(): WireEvent[] {
    const type = this.#openType;
    if (type === undefined) return [];
    const place = this.#partPlace;
    const text = this.#openText;
    const logprobs = this.#openTokens;
    const part = writePart(type, text, logprobs);
    this.#parts.push(part);
    this.#openType = undefined;
    const said = type === 'output_text' ? { text, logprobs } : { refusal: text };
    return [
      { type: `response.${type}.done`, ...place, ...said },
      { type: 'response.content_part.done', ...place, part },
    ];
  }

  get #partPlace() {
    return { ...this.#place, content_index: this.#parts.length };
  }
}

/** Text must carry the member, empty or not; refusals have none. */
function writePart(type: PartType, text: string, logprobs: readonly JsonObject[]): JsonObject {
  if (type === 'refusal') return { type, refusal: text };
  return { type, text, annotations: [], logprobs };
}
