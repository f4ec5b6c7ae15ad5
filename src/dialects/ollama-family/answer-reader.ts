import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { AnswerReading, EventReader, HeardError } from '../dialect.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { readTokens } from '../logprobs-family/read-tokens.ts';
import type { AnswerForm } from './answer-form.ts';
import { readTime } from './created-at.ts';
import { isLoadReason, readFinishReason } from './finish-reason.ts';
import { hearAnswer } from './hear-answer.ts';
import { HeldText } from './held-text.ts';
import { readLine } from './line-content.ts';
import { readLoadTime } from './load-time.ts';
import { readPrintedCalls } from './printed-calls.ts';
import { ToolCallReader } from './tool-call-reader.ts';
import { readOllamaUsage } from './usage.ts';

/** Reads the lines of a stream, or a whole answer, which is one line that says everything. */
export class AnswerReader implements EventReader {
  readonly #form: AnswerForm;
  readonly #held: HeldText;
  readonly #toolCalls = new ToolCallReader();
  #isStarted = false;
  #hasText = false;
  #isOver = false;

  constructor(form: AnswerForm, { quirks }: AnswerReading) {
    this.#form = form;
    this.#held = new HeldText(quirks.printsToolCalls);
  }

  push(frame: Frame): CallEvent[] {
    if (this.#isOver) return [];
    const line = readLine(frame);
    if (line.kind === 'piece') return this.take(line.piece);
    return line.kind === 'error' ? this.#fail(line.error) : [];
  }

  end(): CallEvent[] {
    if (this.#isOver) return [];
    return this.#fail({ message: "the backend's stream ended before the answer was complete" });
  }

  take(piece: JsonObject): CallEvent[] {
    const said = this.#form.saidIn(piece) ?? {};
    const isLast = piece['done'] === true;
    if (isLast && this.#isLoadInstead(piece, said)) return this.#fail(loadedInstead);
    const tokens = readTokens(piece['logprobs']);
    const events = [...this.#start(piece), ...withTokens(0, tokens, this.#say(said, piece))];
    return isLast ? [...events, ...this.#close(piece)] : events;
  }

  #start(piece: JsonObject): CallEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    const createdS = readTime(stringMember(piece, 'created_at'));
    return [{ type: 'answer-start', model: stringMember(piece, 'model') ?? '', createdS }];
  }

  #say(said: JsonObject, piece: JsonObject): CallEvent[] {
    const thinking = stringMember(said, 'thinking');
    const calls = this.#toolCalls.push(said, stringMember(piece, 'created_at'));
    return [
      ...(thinking ? [{ type: 'thinking-delta', choice: 0, text: thinking } as const] : []),
      ...this.#text(this.#held.push(stringMember(said, 'content') ?? '')),
      // A backend that knows how to send calls has not printed any.
      ...(calls.length > 0 ? this.#text(this.#held.release()) : []),
      ...calls,
    ];
  }

  #text(text: string): CallEvent[] {
    if (text === '') return [];
    this.#hasText = true;
    return [{ type: 'text-delta', choice: 0, text }];
  }

  #close(piece: JsonObject): CallEvent[] {
    this.#isOver = true;
    const rest = this.#rest(piece);
    const usage = readOllamaUsage(piece);
    const said = readFinishReason(stringMember(piece, 'done_reason') ?? '');
    // Ollama says `stop` although it calls a tool (protocols 10.8).
    const reason = said === 'stop' && this.#toolCalls.hasAny ? 'tool-use' : said;
    return [
      ...rest,
      ...readLoadTime(piece),
      ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
      { type: 'choice-end', choice: 0, reason },
      { type: 'answer-end' },
    ];
  }

  /** What was held back to the end: the calls that were printed, or an ordinary text after all. */
  #rest(piece: JsonObject): CallEvent[] {
    const held = this.#held.release();
    const calls = readPrintedCalls(held) ?? [];
    if (calls.length === 0) return this.#text(held);
    return calls.flatMap((call) => this.#toolCalls.tell(call, stringMember(piece, 'created_at')));
  }

  /** `load` is the answer to an empty prompt, and those never come this far; to a real one it is a fault (T25). */
  #isLoadInstead(piece: JsonObject, said: JsonObject): boolean {
    const hasSaid = this.#hasText || this.#toolCalls.hasAny || Boolean(said['content']);
    return !hasSaid && isLoadReason(stringMember(piece, 'done_reason') ?? '');
  }

  #fail({ message, code, meaning }: HeardError): CallEvent[] {
    this.#isOver = true;
    return [{ type: 'error', message, code, meaning }];
  }
}

const loadedInstead: HeardError = {
  message: 'the backend loaded or unloaded the model instead of answering',
};

/** The events of a whole answer: those of a stream of one line. */
export function readWhole(answer: JsonValue, form: AnswerForm, reading: AnswerReading): CallEvent[] {
  const { error } = hearAnswer(answer, form);
  if (error !== undefined || !isJsonObject(answer)) {
    return [{ type: 'error', message: error?.message ?? '', meaning: error?.meaning }];
  }
  return new AnswerReader(form, reading).take({ ...answer, done: true });
}
