/** What OpenAI's own libraries rely on in a response and in the order of its events (protocols 2.11). */
import { at, listAt, numberAt, textAt } from '../folds/loose.ts';
import { Complaints } from './complaints.ts';

export function responseManners(response: unknown, model: string): string[] {
  const complaints = new Complaints();
  complaints.expect(at(response, 'object') === 'response', 'object');
  complaints.expect(textAt(response, 'id').startsWith('resp_'), 'an id that begins with resp_');
  complaints.expect(at(response, 'model') === model, 'the model that was asked for');
  complaints.expect(at(response, 'error') !== undefined, 'error, or null');
  complaints.expect(at(response, 'incomplete_details') !== undefined, 'incomplete_details, or null');
  const usage = at(response, 'usage');
  complaints.expect(numberAt(usage, 'input_tokens_details', 'cached_tokens') !== undefined, 'cached_tokens');
  complaints.expect(
    numberAt(usage, 'output_tokens_details', 'reasoning_tokens') !== undefined,
    'reasoning_tokens',
  );
  const items = listAt(response, 'output');
  const ids = items.map((item) => textAt(item, 'id'));
  complaints.expect(!ids.includes('') && new Set(ids).size === ids.length, 'an id of its own for every item');
  for (const item of items) {
    if (textAt(item, 'type') !== 'function_call') continue;
    complaints.expect(textAt(item, 'call_id') !== '', 'a call_id for every call');
    complaints.expect(typeof at(item, 'arguments') === 'string', 'arguments as a text');
  }
  return complaints.list;
}

export function responseStreamManners(events: readonly unknown[], model: string): string[] {
  const order = new EventOrder();
  for (const event of events) order.hear(event);
  return order.complaints(model);
}

class EventOrder {
  readonly #complaints = new Complaints();
  readonly #open = new Map<number, string>();
  readonly #seen = new Set<number>();
  readonly #pieces = new Map<string, string>();
  #count = 0;
  #id = '';
  #lastType = '';
  #last: unknown;

  hear(event: unknown): void {
    const type = textAt(event, 'type');
    this.#complaints.expect(
      numberAt(event, 'sequence_number') === this.#count++,
      'numbers from 0 without a gap',
    );
    this.#lastType = type;
    if (at(event, 'response')) this.#hearResponse(event);
    const place = numberAt(event, 'output_index');
    if (type === 'response.output_item.added' && place !== undefined) this.#add(place, at(event, 'item'));
    else if (place !== undefined) this.#hearItem(type, place, event);
  }

  #hearResponse(event: unknown): void {
    const id = textAt(event, 'response', 'id');
    this.#id ||= id;
    this.#complaints.expect(id === this.#id, 'one id throughout');
    this.#last = at(event, 'response');
  }

  #add(place: number, item: unknown): void {
    this.#complaints.expect(place === this.#seen.size, 'items numbered from 0 without a gap');
    this.#seen.add(place);
    this.#open.set(place, textAt(item, 'id'));
  }

  #hearItem(type: string, place: number, event: unknown): void {
    this.#complaints.expect(
      this.#open.has(place),
      'nothing of an item before it is added or after it is done',
    );
    const id = textAt(event, 'item_id') || textAt(event, 'item', 'id');
    this.#complaints.expect(id === this.#open.get(place), 'one id for an item');
    if (type === 'response.output_item.done') this.#open.delete(place);
    this.#addUp(type, place, event);
  }

  /** What came in pieces is what is done in the end. */
  #addUp(type: string, place: number, event: unknown): void {
    const part = numberAt(event, 'content_index') ?? numberAt(event, 'summary_index') ?? 0;
    const key = `${place} ${part} ${type.replace(/\.(delta|done)$/, '')}`;
    if (type.endsWith('.delta')) {
      this.#pieces.set(key, (this.#pieces.get(key) ?? '') + textAt(event, 'delta'));
      return;
    }
    const whole = ['text', 'refusal', 'arguments', 'input'].map((name) => at(event, name)).find(Boolean);
    if (!type.endsWith('.done') || typeof whole !== 'string') return;
    this.#complaints.expect((this.#pieces.get(key) ?? '') === whole, `the pieces of ${type} add up`);
    if (type.includes('function_call')) {
      this.#complaints.expect(textAt(event, 'name') !== '', 'the name where arguments are done');
    }
  }

  complaints(model: string): string[] {
    const hasFailed = /^(error|response\.failed)$/.test(this.#lastType);
    const isOver = /^response\.(completed|incomplete)$/.test(this.#lastType);
    this.#complaints.expect(hasFailed || isOver, 'an end');
    if (!isOver) return this.#complaints.list;
    this.#complaints.expect(this.#open.size === 0, 'every item done');
    return [...this.#complaints.list, ...responseManners(this.#last, model)];
  }
}
