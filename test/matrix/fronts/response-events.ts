/** The events of a streamed response, and whether they keep to the order that the SDK insists on (protocols 2.11). */
import { type JsonObject, numberIn, objectIn, stringIn } from '../../fake-upstream/json.ts';
import type { Told } from '../told.ts';
import { hearResponse } from './hear-response.ts';
import { checkEvent, objectOf, sseFrames } from './read-frames.ts';

export class ResponseEvents {
  readonly #told: Told;
  readonly #open = new Set<number>();
  readonly #ids = new Set<string>();
  #text = '';
  #thoughts = '';
  #last = '';

  constructor(told: Told) {
    this.#told = told;
  }

  hear(text: string): void {
    for (const [at, frame] of sseFrames(text, this.#told).entries()) {
      if (frame.data === '[DONE]') continue;
      const event = objectOf(frame.data, this.#told);
      checkEvent(frame, stringIn(event.type), this.#told);
      if (event.sequence_number !== at) this.#slip(`event ${at} has another number`);
      this.#last = stringIn(event.type);
      this.#hearEvent(event);
    }
    if (this.#told.error) this.#endOfFailure();
    else if (!this.#told.isComplete) this.#slip('the response has no end');
  }

  #hearEvent(event: JsonObject): void {
    const { type, delta, response, output_index } = event;
    if (response !== undefined) this.#ids.add(stringIn(objectIn(response).id));
    if (this.#ids.size > 1) this.#slip('several ids of one response');
    if (type === 'response.output_item.added') this.#opened(numberIn(output_index) ?? -1);
    else if (type === 'response.output_item.done') this.#open.delete(numberIn(output_index) ?? -1);
    else if (output_index !== undefined && !this.#open.has(numberIn(output_index) ?? -1))
      this.#slip(`${stringIn(type)} of an item that is not open`);
    if (type === 'response.output_text.delta') this.#text += stringIn(delta);
    if (type === 'response.reasoning_summary_text.delta') this.#thoughts += stringIn(delta);
    if (type === 'response.completed' || type === 'response.incomplete') this.#ended(objectIn(response));
    if (type === 'error') this.#failed(event);
  }

  #opened(index: number): void {
    if (this.#open.has(index)) this.#slip('an item opened twice');
    this.#open.add(index);
  }

  #ended(response: JsonObject): void {
    hearResponse(response, this.#told);
    if (this.#open.size > 0) this.#slip('an item left open');
    if (this.#text !== this.#told.text) this.#slip('the deltas are another text than the response');
    if (this.#thoughts !== this.#told.thoughts) this.#slip('the deltas are other thoughts than the response');
  }

  /** Flat or nested: clients accept both. */
  #failed(event: JsonObject): void {
    const { code, message, param } = event.error === undefined ? event : objectIn(event.error);
    this.#told.text = this.#text;
    this.#told.error = {
      word: 'error',
      code: stringIn(code),
      param: stringIn(param),
      message: stringIn(message),
    };
  }

  #endOfFailure(): void {
    if (this.#told.isComplete) this.#slip('a failed stream has a clean end');
    if (this.#last !== 'response.failed') this.#slip('no response.failed behind the error');
  }

  #slip(slip: string): void {
    this.#told.slips.push(slip);
  }
}
