import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { AnswerReading, EventReader, HeardError } from '../dialect.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { readFinishReason } from './finish-reason.ts';
import { wholeError } from './hear-whole.ts';
import { ItemReader } from './item-reader.ts';
import { readFailure, readPayload } from './payload.ts';

/** Turns the frames of a Responses stream into events. What stands inside the output items is `ItemReader`'s. */
export class ResponsesReader implements EventReader {
  readonly #items: ItemReader;
  #isStarted = false;
  #isEnded = false;

  constructor({ warnings }: AnswerReading) {
    this.#items = new ItemReader(warnings);
  }

  push(frame: Frame): CallEvent[] {
    const payload = readPayload(frame);
    if (this.#isEnded || payload.kind === 'nothing' || payload.kind === 'done') return [];
    if (payload.kind === 'error') return this.fail(payload.error);
    return this.#event(payload.type, payload.body);
  }

  end(): CallEvent[] {
    return this.#isEnded ? [] : this.fail(cutOff);
  }

  #event(type: string, body: JsonObject): CallEvent[] {
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return this.#start(body['response']);
      case 'response.completed':
      case 'response.incomplete':
        return this.complete(body['response']);
      case 'response.failed':
      case 'response.cancelled':
        return [...this.#start(body['response']), ...this.fail(readFailure(body['response']))];
      default:
        return this.#inItem(type, body);
    }
  }

  /** The end of the stream, or, where nothing came before it, a whole answer at once. */
  complete(response: JsonValue | undefined): CallEvent[] {
    const events = [...this.#start(response), ...this.#items.owedOf(response)];
    const usage = readOpenAiUsage(isJsonObject(response) ? response['usage'] : undefined);
    if (usage !== undefined) events.push({ type: 'usage', usage });
    events.push({ type: 'choice-end', choice: 0, reason: readFinishReason(response, this.#items.seen) });
    events.push({ type: 'answer-end' });
    this.#isEnded = true;
    return events;
  }

  fail({ message, code, type, meaning }: HeardError): CallEvent[] {
    this.#isEnded = true;
    return [{ type: 'error', message, code, backendType: type, meaning }];
  }

  #inItem(type: string, body: JsonObject): CallEvent[] {
    const events = this.#items.read(type, body);
    return events.length === 0 ? [] : [...this.#start(undefined), ...events];
  }

  #start(response: JsonValue | undefined): CallEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    const wire = isJsonObject(response) ? response : {};
    return [
      {
        type: 'answer-start',
        id: stringMember(wire, 'id'),
        model: stringMember(wire, 'model') ?? '',
        createdS: readSeconds(wire['created_at']),
      },
    ];
  }
}

/** Some servers count in parts of a second. */
function readSeconds(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? Math.trunc(value) : undefined;
}

/** A stream that just stops is a failure, however much of it came (T5). */
const cutOff: HeardError = {
  message: 'the backend ended the stream before the response was complete',
  code: 'upstream_bad_response',
};

/** A whole answer as the events its stream would have carried. */
export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  const reader = new ResponsesReader(reading);
  const error = wholeError(answer);
  return error === undefined ? reader.complete(answer) : reader.fail(error);
}
