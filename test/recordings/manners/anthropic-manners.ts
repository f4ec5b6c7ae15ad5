/** What Anthropic's own libraries rely on in a message and in the order of its events (protocols 3.2, 3.3). */
import { at, listAt, numberAt, textAt } from '../folds/loose.ts';
import { Complaints } from './complaints.ts';

export function messageManners(message: unknown, model: string): string[] {
  const complaints = new Complaints();
  complaints.expect(at(message, 'type') === 'message', 'type');
  complaints.expect(at(message, 'role') === 'assistant', 'role');
  complaints.expect(at(message, 'model') === model, 'the model that was asked for');
  complaints.expect(at(message, 'stop_sequence') !== undefined, 'stop_sequence, or null');
  complaints.expect(numberAt(message, 'usage', 'input_tokens') !== undefined, 'input_tokens');
  complaints.expect(numberAt(message, 'usage', 'output_tokens') !== undefined, 'output_tokens');
  for (const block of listAt(message, 'content')) blockManners(block, complaints);
  return complaints.list;
}

function blockManners(block: unknown, complaints: Complaints): void {
  const type = textAt(block, 'type');
  complaints.expect(
    /^(text|thinking|redacted_thinking|tool_use)$/.test(type),
    `a block of a known type, not ${type}`,
  );
  if (type === 'text') complaints.expect(textAt(block, 'text') !== '', 'no empty text');
  if (type === 'thinking') {
    complaints.expect(typeof at(block, 'signature') === 'string', 'a signature for every thought');
  }
  if (type === 'tool_use') {
    const input = at(block, 'input');
    complaints.expect(/^[\w-]+$/.test(textAt(block, 'id')), 'an id for every tool use');
    complaints.expect(typeof input === 'object' && !Array.isArray(input), 'an object as input');
  }
}

export function messageStreamManners(events: readonly unknown[], model: string): string[] {
  const order = new EventOrder(model);
  for (const event of events) order.hear(event);
  return order.complaints();
}

class EventOrder {
  readonly #complaints = new Complaints();
  readonly #model: string;
  #heard: string[] = [];
  #open: { readonly index: number; readonly type: string; json: string; hasSignature: boolean } | undefined;
  #blocks = 0;

  constructor(model: string) {
    this.#model = model;
  }

  hear(event: unknown): void {
    const type = textAt(event, 'type');
    if (type === 'ping') return;
    this.#complaints.expect(
      this.#heard.length > 0 || type === 'message_start' || type === 'error',
      'a beginning',
    );
    this.#complaints.expect(this.#heard.at(-1) !== 'error', 'nothing after an error');
    this.#heard.push(type);
    if (type === 'message_start') this.#start(at(event, 'message'));
    if (type === 'content_block_start') this.#openBlock(event);
    if (type === 'content_block_delta') this.#hearDelta(event);
    if (type === 'content_block_stop') this.#closeBlock(event);
    if (type === 'message_delta') this.#change(event);
  }

  #start(message: unknown): void {
    this.#complaints.expect(at(message, 'model') === this.#model, 'the model that was asked for');
    this.#complaints.expect(
      numberAt(message, 'usage', 'input_tokens') !== undefined,
      'usage at the beginning',
    );
    this.#complaints.expect(listAt(message, 'content').length === 0, 'an empty beginning');
  }

  #openBlock(event: unknown): void {
    const index = numberAt(event, 'index') ?? -1;
    this.#complaints.expect(this.#open === undefined, 'one open block at a time');
    this.#complaints.expect(index === this.#blocks, 'blocks numbered from 0 without a gap');
    this.#blocks++;
    this.#open = { index, type: textAt(event, 'content_block', 'type'), json: '', hasSignature: false };
  }

  #hearDelta(event: unknown): void {
    const type = textAt(event, 'delta', 'type');
    this.#complaints.expect(numberAt(event, 'index') === this.#open?.index, 'deltas of the open block alone');
    if (!this.#open) return;
    const fits = {
      text_delta: 'text',
      thinking_delta: 'thinking',
      signature_delta: 'thinking',
      input_json_delta: 'tool_use',
    };
    const wanted = fits[type as keyof typeof fits];
    this.#complaints.expect(wanted === this.#open.type, `no ${type} in a block of ${this.#open.type}`);
    this.#open.json += textAt(event, 'delta', 'partial_json');
    if (type === 'signature_delta') this.#open.hasSignature = true;
  }

  #closeBlock(event: unknown): void {
    const open = this.#open;
    this.#open = undefined;
    this.#complaints.expect(numberAt(event, 'index') === open?.index, 'the open block closed');
    if (open?.type === 'thinking')
      this.#complaints.expect(open.hasSignature, 'a signature for every thought');
    if (open?.type === 'tool_use') this.#complaints.expect(isObject(open.json || '{}'), 'an object as input');
  }

  #change(event: unknown): void {
    this.#complaints.expect(this.#open === undefined, 'every block closed before the end');
    this.#complaints.expect(
      numberAt(event, 'usage', 'output_tokens') !== undefined,
      'output_tokens at the end',
    );
  }

  complaints(): string[] {
    if (this.#heard.at(-1) === 'error') return this.#complaints.list;
    this.#complaints.expect(this.#heard.at(-1) === 'message_stop', 'message_stop at the end');
    const once = ['message_start', 'message_delta', 'message_stop'];
    for (const type of once) {
      this.#complaints.expect(this.#heard.filter((one) => one === type).length === 1, `${type} once`);
    }
    return this.#complaints.list;
  }
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
