import type { CallEvent } from '../../model/call-event.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { SseFrame } from '../../model/sse.ts';
import { readTokenCount } from '../../model/usage.ts';
import type { EventReader, HeardError } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { readFinishReason } from './finish-reason.ts';
import { ItemReader } from './item-reader.ts';
import { readFailure, readPayload } from './payload.ts';

/** Turns the frames of a Responses stream into events. What stands inside the output items is `ItemReader`'s. */
export class ResponsesReader implements EventReader {
  readonly #items = new ItemReader();
  #isStarted = false;
  #isEnded = false;

  push(frame: SseFrame): CallEvent[] {
    const payload = readPayload(frame);
    if (this.#isEnded || payload.kind === 'nothing' || payload.kind === 'done') return [];
    if (payload.kind === 'error') return this.#fail(payload.error);
    return this.#event(payload.type, payload.body);
  }

  end(): CallEvent[] {
    return this.#isEnded ? [] : this.#fail(cutOff);
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
        return [...this.#start(body['response']), ...this.#fail(readFailure(body['response']))];
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

  #inItem(type: string, body: JsonObject): CallEvent[] {
    const events = this.#items.read(type, body);
    return events.length === 0 ? events : [...this.#start(undefined), ...events];
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
        createdS: readTokenCount(wire['created_at']),
      },
    ];
  }

  #fail(error: HeardError): CallEvent[] {
    this.#isEnded = true;
    return [{ type: 'error', message: error.message, code: error.code, backendType: error.type }];
  }
}

/** A stream that just stops is a failure, however much of it came (T5). */
const cutOff: HeardError = {
  message: 'the backend ended the stream before the response was complete',
  code: 'upstream_bad_response',
};

/** A whole answer as the events its stream would have carried. */
export function eventsOfWhole(answer: JsonValue): CallEvent[] {
  const error = wholeError(answer);
  if (error === undefined) return new ResponsesReader().complete(answer);
  return [{ type: 'error', message: error.message, code: error.code, backendType: error.type }];
}

const noResponse: HeardError = {
  message: 'the backend answered with something that is no response',
  code: 'upstream_bad_response',
};

/** Why this body is no answer, or undefined if it is one. */
export function wholeError(answer: JsonValue): HeardError | undefined {
  if (!isJsonObject(answer)) return noResponse;
  if (answer['status'] === 'failed') return readFailure(answer);
  return readOpenAiError(answer) ?? (Array.isArray(answer['output']) ? undefined : noResponse);
}
