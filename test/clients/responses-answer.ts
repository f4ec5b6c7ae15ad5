/** Reads a stream of Responses and says which of the rules of protocols 2.11 it broke: clients throw on most of them. */
import { type JsonObject, listIn, numberIn, objectIn, stringIn } from '../fake-upstream/json.ts';
import type { StreamedFrame } from '../support/sse-client.ts';

export interface ResponsesAnswer {
  /** The items as they were when they were done. */
  readonly items: readonly JsonObject[];
  /** The response in the last event. */
  readonly response: JsonObject;
  readonly lastType: string;
  readonly types: readonly string[];
  readonly text: string;
  readonly complaints: readonly string[];
}

export function responsesAnswer(frames: readonly StreamedFrame[]): ResponsesAnswer {
  const reader = new ResponsesReader();
  for (const frame of frames) reader.take(frame);
  return reader.answer();
}

const ENDS = ['response.completed', 'response.incomplete', 'response.failed'];

class ResponsesReader {
  readonly #complaints: string[] = [];
  readonly #types: string[] = [];
  readonly #added = new Map<number, JsonObject>();
  readonly #done = new Map<number, JsonObject>();
  /** What the deltas of one place said, by its kind and numbers. */
  readonly #spoken = new Map<string, string>();
  readonly #openParts = new Set<string>();
  #text = '';
  #id = '';
  #response: JsonObject = {};

  take({ event, data }: StreamedFrame): void {
    const said = objectIn(JSON.parse(data));
    const type = stringIn(said.type);
    this.#must(event === type, `event line ${event} for ${type}`);
    this.#must(said.sequence_number === this.#types.length, `${type} has number ${said.sequence_number}`);
    this.#must(!ENDS.includes(this.#types.at(-1) ?? ''), `${type} behind the end`);
    this.#types.push(type);
    if (said.response !== undefined) this.#whole(objectIn(said.response));
    if (type === 'response.output_item.added') this.#itemAdded(said);
    else if (said.output_index !== undefined) this.#inItem(said);
  }

  answer(): ResponsesAnswer {
    const lastType = this.#types.at(-1) ?? '';
    this.#must(this.#types[0] === 'response.created', `began with ${this.#types[0]}`);
    this.#must(this.#types[1] === 'response.in_progress', `went on with ${this.#types[1]}`);
    this.#must(ENDS.includes(lastType), `ended with ${lastType}`);
    const items = [...this.#done.values()];
    if (lastType !== 'response.failed') {
      for (const index of this.#added.keys())
        this.#must(this.#done.has(index), `item ${index} was never done`);
      const output = listIn(this.#response.output);
      this.#must(JSON.stringify(output) === JSON.stringify(items), 'the output is not what the items were');
    }
    return {
      items,
      response: this.#response,
      lastType,
      types: this.#types,
      text: this.#text,
      complaints: this.#complaints,
    };
  }

  #must(holds: boolean, complaint: string): void {
    if (!holds) this.#complaints.push(complaint);
  }

  #whole(response: JsonObject): void {
    this.#id ||= stringIn(response.id);
    this.#must(
      response.id === this.#id && this.#id !== '',
      `the response was ${this.#id}, is ${response.id}`,
    );
    this.#must(response.usage !== null, 'usage is null');
    this.#must(response.user !== null, 'user is null');
    this.#response = response;
  }

  #itemAdded({ output_index, item }: JsonObject): void {
    const index = numberIn(output_index) ?? -1;
    this.#must(index === this.#added.size, `item ${index} added where ${this.#added.size} is next`);
    this.#must(!this.#added.has(index), `item ${index} added twice`);
    this.#added.set(index, objectIn(item));
  }

  #inItem(said: JsonObject): void {
    const index = numberIn(said.output_index) ?? -1;
    const item = this.#added.get(index);
    const type = stringIn(said.type);
    this.#must(item !== undefined, `${type} for item ${index} before it was added`);
    this.#must(!this.#done.has(index), `${type} for item ${index} behind its end`);
    if (type === 'response.output_item.done') this.#itemDone(index, objectIn(said.item));
    else this.#inside(index, type, said);
  }

  #inside(index: number, type: string, said: JsonObject): void {
    const item = this.#added.get(index);
    this.#must(said.item_id === item?.id, `${type} speaks of ${said.item_id}, not of ${item?.id}`);
    const place = `${index}/${said.content_index ?? said.summary_index ?? 'whole'}`;
    if (type.endsWith('_part.added')) this.#openParts.add(place);
    if (type.endsWith('_part.done'))
      this.#must(this.#openParts.delete(place), `${type}: no part ${place} is open`);
    if (type.endsWith('.delta')) this.#delta(type, place, said);
    else if (type.endsWith('.done') && !type.endsWith('_part.done')) this.#told(type, place, said);
  }

  #delta(type: string, place: string, said: JsonObject): void {
    if (/output_text|refusal|summary_text/.test(type))
      this.#must(this.#openParts.has(place), `${type}: no part ${place} is open`);
    const key = `${type.replace(/\.delta$/, '')} ${place}`;
    this.#spoken.set(key, (this.#spoken.get(key) ?? '') + stringIn(said.delta));
    if (type === 'response.output_text.delta') this.#text += stringIn(said.delta);
  }

  #told(type: string, place: string, said: JsonObject): void {
    const whole = stringIn(said.text ?? said.refusal ?? said.arguments ?? said.input);
    const spoken = this.#spoken.get(`${type.replace(/\.done$/, '')} ${place}`) ?? '';
    this.#must(whole === spoken, `${type} says ${whole}, its deltas said ${spoken}`);
    if (type === 'response.function_call_arguments.done')
      this.#must(stringIn(said.name) !== '', `${type} without a name`);
  }

  #itemDone(index: number, item: JsonObject): void {
    const added = this.#added.get(index);
    this.#must(added?.id === item.id && added?.type === item.type, `item ${index} became another`);
    this.#must(item.type === 'reasoning' || item.status !== 'in_progress', `item ${index} done in progress`);
    this.#must(![...this.#openParts].some((one) => one.startsWith(`${index}/`)), `item ${index}: open part`);
    this.#done.set(index, item);
  }
}
