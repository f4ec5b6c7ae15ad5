import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { AnswerReading, EventReader, HeardError } from '../dialect.ts';
import { type FrameContent, readAnswer, readFrame } from '../gemini-family/frame-content.ts';
import { readGeminiUsage } from '../gemini-family/usage.ts';
import { CandidateReader, type CandidateReading } from './candidate-reader.ts';
import { isAnswer } from './hear-whole.ts';
import { ToolIds } from './tool-ids.ts';

export function eventReader(reading: AnswerReading): EventReader {
  return new ChunkReader(reading);
}

/** The events of a whole answer: those of a stream that has just one chunk. */
export function eventsOfWhole(answer: JsonValue, reading: AnswerReading): CallEvent[] {
  const reader = new ChunkReader(reading);
  return [...reader.take(readAnswer(answer)), ...reader.end()];
}

/**
 * Reads a stream of partial answers. Candidates are ended only at the end of the stream, for the finish reason may
 * stand before the last content, and some write one on every chunk (T24).
 */
class ChunkReader implements EventReader {
  readonly #candidates = new Map<number, CandidateReader>();
  readonly #ids = new ToolIds();
  readonly #shared: CandidateReading;
  #images = 0;
  #isStarted = false;
  #isOver = false;
  #usage: Usage | undefined;
  #block: string | undefined;

  constructor({ warnings }: AnswerReading) {
    this.#shared = { warnings, ids: this.#ids, nextImage: () => this.#images++ };
  }

  push(frame: Frame): CallEvent[] {
    return this.take(readFrame(frame));
  }

  take(content: FrameContent): CallEvent[] {
    if (this.#isOver) return [];
    if (content.kind === 'error') return this.#fail(content.error);
    return content.kind === 'chunks' ? content.chunks.flatMap((chunk) => this.#chunk(chunk)) : [];
  }

  end(): CallEvent[] {
    if (this.#isOver) return [];
    const candidates = [...this.#candidates.values()];
    if (candidates.length === 0) return this.#endWithoutCandidates();
    if (!candidates.every((candidate) => candidate.isFinished)) return this.#fail(cutOff);
    const fault = candidates.map((candidate) => candidate.fault).find((word) => word !== undefined);
    if (fault !== undefined)
      return this.#fail({ message: `the model gave no usable answer (${fault})`, code: fault });
    return this.#close(candidates.flatMap((candidate) => candidate.end()));
  }

  #chunk(chunk: JsonObject): CallEvent[] {
    if (!isAnswer(chunk) && chunk['usageMetadata'] === undefined) return [];
    const events = [...this.#start(chunk), ...this.#count(chunk)];
    this.#block = blockOf(chunk) ?? this.#block;
    for (const [at, candidate] of (arrayMember(chunk, 'candidates') ?? []).entries()) {
      if (isJsonObject(candidate)) events.push(...this.#candidate(candidate, at).push(candidate));
    }
    return events;
  }

  #start(chunk: JsonObject): CallEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    const id = stringMember(chunk, 'responseId') || undefined;
    this.#ids.answerIs(id);
    return [{ type: 'answer-start', id, model: stringMember(chunk, 'modelVersion') ?? '' }];
  }

  /** Usage stands on most chunks and grows; it is told when it has changed. */
  #count(chunk: JsonObject): CallEvent[] {
    const usage = readGeminiUsage(chunk['usageMetadata']);
    if (usage === undefined || isSame(usage, this.#usage)) return [];
    this.#usage = usage;
    return [{ type: 'usage', usage }];
  }

  #candidate(candidate: JsonObject, place: number): CandidateReader {
    const said = candidate['index'];
    const index = typeof said === 'number' && Number.isSafeInteger(said) && said >= 0 ? said : place;
    const known = this.#candidates.get(index) ?? new CandidateReader(index, this.#shared);
    this.#candidates.set(index, known);
    return known;
  }

  /** A blocked prompt is answered, with a refusal (protocols 10.8); anything else without candidates is cut off. */
  #endWithoutCandidates(): CallEvent[] {
    if (this.#block === undefined) return this.#fail(this.#isStarted ? cutOff : noCandidates);
    const text = `The prompt was blocked by the backend (${this.#block}).`;
    return this.#close([
      { type: 'prompt-blocked', word: this.#block },
      { type: 'refusal-delta', choice: 0, text },
      { type: 'choice-end', choice: 0, reason: 'content-filter' },
    ]);
  }

  #close(events: readonly CallEvent[]): CallEvent[] {
    this.#isOver = true;
    return [...events, { type: 'answer-end' }];
  }

  #fail({ message, code, meaning }: HeardError): CallEvent[] {
    this.#isOver = true;
    return [{ type: 'error', message, code, meaning }];
  }
}

const cutOff: HeardError = { message: "the backend's stream ended before the answer was complete" };
const noCandidates: HeardError = { message: "the backend's answer has no candidates" };

/** Google's word for why the prompt was blocked. */
function blockOf(chunk: JsonObject): string | undefined {
  const feedback = objectMember(chunk, 'promptFeedback');
  const reason = feedback && stringMember(feedback, 'blockReason');
  return reason && /^[A-Z_]{1,40}$/.test(reason) ? reason : reason && 'OTHER';
}

function isSame(a: Usage, b: Usage | undefined): boolean {
  return (
    b !== undefined &&
    a.inputTokens === b.inputTokens &&
    a.outputTokens === b.outputTokens &&
    a.cachedInputTokens === b.cachedInputTokens &&
    a.reasoningTokens === b.reasoningTokens
  );
}
