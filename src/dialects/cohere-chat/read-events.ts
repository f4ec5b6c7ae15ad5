import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';
import type { AnswerReading, EventReader, HeardError } from '../dialect.ts';
import { AnswerReader, errorEvent } from './answer-reader.ts';
import { readFrame } from './frame-content.ts';
import { hearWhole } from './hear-whole.ts';

export function eventReader(reading: AnswerReading): EventReader {
  return new StreamReader(reading);
}

/** A whole answer as events. */
export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  const { error } = hearWhole(answer);
  const body = isJsonObject(answer) ? answer : {};
  const message = objectMember(body, 'message');
  if (message === undefined) return [errorEvent(error ?? noMessage)];
  const reader = new AnswerReader(reading);
  return [...reader.start(body), ...reader.message(message, body), ...reader.end(body)];
}

const noMessage: HeardError = { message: "the backend's answer has no message" };

type ReadOne = (event: JsonObject, delta: JsonObject) => readonly CallEvent[];

/** Reads a stream: one method per kind of event. Kinds that nobody knows carry nothing a client waits for. */
class StreamReader implements EventReader {
  readonly #answer: AnswerReader;
  /** Blocks of thoughts that are open, by their index. */
  readonly #thoughts = new Set<number>();
  /** Where the event that is being read says it belongs; an event that does not say goes on with the last one. */
  #index = 0;
  #isOver = false;

  readonly #readers: ReadonlyMap<string, ReadOne> = new Map<string, ReadOne>([
    ['message-start', (event, delta) => this.#messageStart(event, delta)],
    ['content-start', (_, delta) => this.#contentStart(delta)],
    ['content-delta', (event, delta) => this.#contentDelta(event, delta)],
    ['content-end', () => this.#contentEnd()],
    ['tool-plan-delta', (_, delta) => this.#answer.plan(messageOf(delta))],
    ['tool-call-start', (_, delta) => this.#toolCallStart(delta)],
    ['tool-call-delta', (_, delta) => this.#toolCallDelta(delta)],
    ['tool-call-end', () => this.#answer.toolCalls.end(this.#index)],
    ['citation-start', () => this.#citation()],
    ['message-end', (_, delta) => this.#messageEnd(delta)],
  ]);

  constructor(reading: AnswerReading) {
    this.#answer = new AnswerReader(reading);
  }

  push(frame: Frame): CallEvent[] {
    if (this.#isOver) return [];
    const content = readFrame(frame);
    if (content.kind === 'error') return this.#fail(content.error);
    const read = content.kind === 'event' ? this.#readers.get(content.type) : undefined;
    if (content.kind !== 'event' || read === undefined) return [];
    const { event } = content;
    const index = event['index'];
    if (typeof index === 'number') this.#index = index;
    return [...this.#answer.start(event), ...read(event, objectMember(event, 'delta') ?? {})];
  }

  end(): CallEvent[] {
    if (this.#isOver) return [];
    return this.#fail({ message: "the backend's stream ended before the answer was complete" });
  }

  #messageStart(event: JsonObject, delta: JsonObject): CallEvent[] {
    return [...this.#answer.start(event), ...this.#answer.message(messageOf(delta), event)];
  }

  #contentStart(delta: JsonObject): CallEvent[] {
    const block = memberOf(delta, 'content');
    if (block['type'] === 'thinking') this.#thoughts.add(this.#index);
    return this.#answer.content(block);
  }

  #contentDelta(event: JsonObject, delta: JsonObject): readonly CallEvent[] {
    return this.#answer.piece(memberOf(delta, 'content'), event);
  }

  #contentEnd(): CallEvent[] {
    return this.#thoughts.delete(this.#index) ? [{ type: 'thinking-end', choice: 0 }] : [];
  }

  #toolCallStart(delta: JsonObject): CallEvent[] {
    return this.#answer.toolCalls.start(memberOf(delta, 'tool_calls'), this.#index);
  }

  #toolCallDelta(delta: JsonObject): CallEvent[] {
    const events = this.#answer.toolCalls.delta(memberOf(delta, 'tool_calls'), this.#index);
    return events ?? this.#fail({ message: 'the backend sent arguments of a tool call it never began' });
  }

  #citation(): CallEvent[] {
    this.#answer.citation();
    return [];
  }

  #messageEnd(delta: JsonObject): CallEvent[] {
    this.#isOver = true;
    return this.#answer.end(delta);
  }

  #fail(error: HeardError): CallEvent[] {
    this.#isOver = true;
    return [errorEvent(error)];
  }
}

function messageOf(delta: JsonObject): JsonObject {
  return objectMember(delta, 'message') ?? {};
}

/** In deltas these members are single objects, though they are lists in a whole message; a list of one is taken, too. */
function memberOf(delta: JsonObject, name: 'content' | 'tool_calls'): JsonObject {
  const message = messageOf(delta);
  const first = arrayMember(message, name)?.[0];
  return objectMember(message, name) ?? (isJsonObject(first) ? first : {});
}
