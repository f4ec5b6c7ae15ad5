import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { EventReader, HeardError } from '../dialect.ts';
import { isBesidesTheAnswer } from './azure-chunk.ts';
import { choiceIndex } from './choice-index.ts';
import { usageObjectOf } from './chunk-usage.ts';
import { finishFailure } from './finish-failures.ts';
import { readFrame } from './frame-content.ts';
import { hearAnswer } from './hear-answer.ts';
import { readOpenAiUsage } from './usage.ts';

/** Reads what the chunks say of one choice. */
export interface ChoiceReader {
  push(choice: JsonObject): readonly CallEvent[];
  /** The choice is over; `reason` is the wire's word for why, if one was said. */
  end(reason: string | undefined): CallEvent[];
}

export type NewChoiceReader = (choice: number, answerId: string | undefined) => ChoiceReader;

interface Choice {
  readonly reader: ChoiceReader;
  reason: string | undefined;
}

/**
 * Reads a chat or completions stream; what the two say differently is left to a `ChoiceReader`.
 *
 * Choices are ended only at the end of the stream, for some backends write a finish reason on every chunk
 * (protocols T24) and others send usage or even text after it.
 */
export class ChunkReader implements EventReader {
  readonly #newChoiceReader: NewChoiceReader;
  readonly #choices = new Map<number, Choice>();
  #answerId: string | undefined;
  #isStarted = false;
  #isOver = false;

  constructor(newChoiceReader: NewChoiceReader) {
    this.#newChoiceReader = newChoiceReader;
  }

  push(frame: Frame): CallEvent[] {
    if (this.#isOver) return [];
    const content = readFrame(frame);
    if (content.kind === 'chunk') return this.take(content.chunk);
    if (content.kind === 'done') return this.close();
    if (content.kind === 'error') return this.#fail(content.error);
    return [];
  }

  end(): CallEvent[] {
    if (this.#isOver) return [];
    const choices = [...this.#choices.values()];
    const isComplete = choices.length > 0 && choices.every((choice) => choice.reason !== undefined);
    return isComplete
      ? this.close()
      : this.#fail({ message: "the backend's stream ended before the answer was complete" });
  }

  /** One chunk, or a whole answer, which is a chunk that says everything at once. */
  take(chunk: JsonObject): CallEvent[] {
    const choices = arrayMember(chunk, 'choices') ?? [];
    const usage = readOpenAiUsage(usageObjectOf(chunk));
    // Azure's first chunk, and those about its filters, do not begin the answer (protocols T7).
    if (usage === undefined && (choices.length === 0 || isBesidesTheAnswer(chunk))) return [];
    const events = this.#start(chunk);
    choices.forEach((choice, at) => {
      if (isJsonObject(choice)) events.push(...this.#takeChoice(choice, choiceIndex(choice, at)));
    });
    if (usage !== undefined) events.push({ type: 'usage', usage });
    return events;
  }

  /** The backend says that all is said. A choice without a finish reason is then taken to have just stopped. */
  close(): CallEvent[] {
    if (this.#choices.size === 0) return this.#fail({ message: "the backend's answer has no choices" });
    const events: CallEvent[] = [];
    for (const { reader, reason } of this.#choices.values()) {
      const failure = finishFailure(reason);
      if (failure !== undefined) return this.#fail(failure);
      events.push(...reader.end(reason));
    }
    this.#isOver = true;
    return [...events, { type: 'answer-end' }];
  }

  #start(chunk: JsonObject): CallEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    this.#answerId = stringMember(chunk, 'id') || undefined;
    const created = chunk['created'];
    return [
      {
        type: 'answer-start',
        id: this.#answerId,
        model: stringMember(chunk, 'model') ?? '',
        createdS: typeof created === 'number' ? created : undefined,
      },
    ];
  }

  #takeChoice(choice: JsonObject, index: number): readonly CallEvent[] {
    const known = this.#choices.get(index) ?? this.#open(index);
    known.reason = stringMember(choice, 'finish_reason') || known.reason;
    return known.reader.push(choice);
  }

  #open(index: number): Choice {
    const choice: Choice = { reader: this.#newChoiceReader(index, this.#answerId), reason: undefined };
    this.#choices.set(index, choice);
    return choice;
  }

  #fail(error: HeardError): CallEvent[] {
    this.#isOver = true;
    return [errorEvent(error)];
  }
}

/** The events of a whole answer: those of a stream that has just one chunk. */
export function readWhole(answer: JsonValue, newChoiceReader: NewChoiceReader): CallEvent[] {
  const { error } = hearAnswer(answer);
  if (error !== undefined) return [errorEvent(error)];
  const reader = new ChunkReader(newChoiceReader);
  return [...reader.take(answer as JsonObject), ...reader.close()];
}

function errorEvent(error: HeardError): CallEvent {
  const { message, code, type, meaning } = error;
  return { type: 'error', message, code, backendType: type, meaning };
}
