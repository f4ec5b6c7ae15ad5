import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import { heardError, sentenceOf } from '../cohere-family/error-envelope.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { AnswerReading, HeardError } from '../dialect.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { finishFailure, readFinishReason } from './finish-reason.ts';
import { readLogprobs } from './read-logprobs.ts';
import { ToolCallReader } from './tool-call-reader.ts';

/** Reads what is the same in a stream and in a whole answer: the beginning, pieces of content, and the end. */
export class AnswerReader {
  readonly toolCalls = new ToolCallReader();
  readonly #reading: AnswerReading;
  #isStarted = false;

  constructor(reading: AnswerReading) {
    this.#reading = reading;
  }

  /** Cohere does not say which model answers. */
  start(answer: JsonObject): CallEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    return [{ type: 'answer-start', id: stringMember(answer, 'id') || undefined, model: '' }];
  }

  /**
   * A whole message: of an answer that was not streamed, or of a `message-start`, where it is empty by the book.
   * `answer`: where the log probabilities stand.
   */
  message(message: JsonObject, answer: JsonObject): CallEvent[] {
    if ((arrayMember(message, 'citations') ?? []).length > 0) this.citation();
    const content = message['content'];
    const blocks =
      typeof content === 'string' ? [{ text: content }] : (arrayMember(message, 'content') ?? []);
    const calls = arrayMember(message, 'tool_calls') ?? [];
    const said = [...blocks.flatMap((block) => this.#block(block)), ...this.plan(message)];
    return [
      ...withTokens(0, readLogprobs(answer), said),
      ...calls.flatMap((call, at) => this.#call(call, at)),
    ];
  }

  /** A piece of content, and what the event that brought it tells of its tokens. */
  piece(block: JsonObject, event: JsonObject): readonly CallEvent[] {
    return withTokens(0, readLogprobs(event), this.content(block));
  }

  /** What a piece of content is can be told by the name of its text. */
  content(block: JsonObject): CallEvent[] {
    const thinking = stringMember(block, 'thinking');
    const text = stringMember(block, 'text');
    const events: CallEvent[] = [];
    if (thinking) events.push({ type: 'thinking-delta', choice: 0, text: thinking });
    if (text) events.push({ type: 'text-delta', choice: 0, text });
    return events;
  }

  /** The words of the model before it calls its tools: they are text like other text (protocols 7). */
  plan(message: JsonObject): CallEvent[] {
    const text = stringMember(message, 'tool_plan');
    return text ? [{ type: 'text-delta', choice: 0, text }] : [];
  }

  /** Which document a sentence leans on: a call's events have no place for it. */
  citation(): void {
    this.#reading.warnings.dropped('citations', 'unsupported_by_gateway');
  }

  /** `ending`: where the finish reason stands; a whole answer, or the `delta` of a `message-end`. */
  end(ending: JsonObject): CallEvent[] {
    const usage = readCohereUsage(ending['usage']);
    const counted: CallEvent[] = usage === undefined ? [] : [{ type: 'usage', usage }];
    const failure = failureOf(ending);
    if (failure !== undefined) return [...counted, errorEvent(failure)];
    return [...this.toolCalls.endAll(), ...counted, this.#choiceEnd(ending), { type: 'answer-end' }];
  }

  #choiceEnd(ending: JsonObject): CallEvent {
    const wire = stringMember(ending, 'finish_reason');
    if (wire === undefined) this.#reading.warnings.estimated('finish_reason', 'missing_in_answer');
    const said = readFinishReason(wire ?? 'COMPLETE');
    // A call is what the answer ended with, whatever the word for it (protocols 10.8).
    const reason = said === 'stop' && this.toolCalls.hasAny ? 'tool-use' : said;
    return { type: 'choice-end', choice: 0, reason };
  }

  #block(block: JsonValue): CallEvent[] {
    if (!isJsonObject(block)) return [];
    const events = this.content(block);
    return block['type'] === 'thinking' ? [...events, { type: 'thinking-end', choice: 0 }] : events;
  }

  #call(call: JsonValue, at: number): CallEvent[] {
    if (!isJsonObject(call)) return [];
    return [...this.toolCalls.start(call, at), ...this.toolCalls.end(at)];
  }
}

/** The failure an ending tells of, in its own words or by its finish reason. */
export function failureOf(ending: JsonObject): HeardError | undefined {
  const sentence = sentenceOf(ending['error']);
  return sentence ? heardError(sentence) : finishFailure(stringMember(ending, 'finish_reason'));
}

export function errorEvent({ message, code, type, meaning }: HeardError): CallEvent {
  return { type: 'error', message, code, backendType: type, meaning };
}
