import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import { type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { AnswerReading, EventReader } from '../dialect.ts';
import { readFrame } from './frame-content.ts';
import { hearWhole } from './hear-whole.ts';
import { MessageReader } from './message-reader.ts';

type Handler = (message: MessageReader, event: JsonObject, index: number) => CallEvent[];

/** Every event there is; `ping`, and what has yet to be invented, say nothing. */
const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['message_start', (message, event) => message.messageStart(objectMember(event, 'message') ?? {})],
  [
    'content_block_start',
    (message, event, index) => message.blockStart(index, objectMember(event, 'content_block') ?? {}),
  ],
  [
    'content_block_delta',
    (message, event, index) => message.blockDelta(index, objectMember(event, 'delta') ?? {}),
  ],
  ['content_block_stop', (message, _, index) => message.blockStop(index)],
  ['message_delta', (message, event) => message.messageDelta(event)],
  ['message_stop', (message) => message.messageStop()],
]);

/** Reads the frames of a stream. */
class StreamReader implements EventReader {
  readonly #message: MessageReader;
  /** The block spoken of last: copies of this API leave out what goes on. */
  #index = 0;

  constructor(reading: AnswerReading) {
    this.#message = new MessageReader(reading.warnings);
  }

  push(frame: Frame): CallEvent[] {
    if (this.#message.isOver) return [];
    const content = readFrame(frame);
    if (content.kind === 'error') return this.#message.fail(content.error);
    if (content.kind !== 'event') return [];
    const index = content.event['index'];
    if (typeof index === 'number') this.#index = index;
    return handlers.get(content.type)?.(this.#message, content.event, this.#index) ?? [];
  }

  end(): CallEvent[] {
    return this.#message.end();
  }
}

export function eventReader(reading: AnswerReading): EventReader {
  return new StreamReader(reading);
}

/** A whole answer, told as the stream would have told it. */
export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  const reader = new MessageReader(reading.warnings);
  const { error } = hearWhole(answer);
  if (error !== undefined) return reader.fail(error);
  const whole = answer as JsonObject;
  return [
    ...reader.messageStart({ ...whole, usage: undefined }),
    ...reader.messageDelta({ delta: whole, usage: whole['usage'] }),
    ...reader.messageStop(),
  ];
}
