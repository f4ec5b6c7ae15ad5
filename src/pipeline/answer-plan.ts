import type { WriterContext } from '../dialects/dialect.ts';
import type { RateStandings } from '../model/rate-standing.ts';
import type { Warnings } from '../model/warnings.ts';
import type { Backend } from '../upstream/backend.ts';
import type { AnswerMemory } from './answer-memory.ts';
import type { EventSink } from './event-sink.ts';
import type { CacheOutcome, Exchange, Waited } from './exchange.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Recording } from './recording.ts';
import type { Outcome } from './relay.ts';
import type { ThoughtMemory } from './thought-memory.ts';
import type { ToolNames } from './tool-names.ts';

/** A question with its backend chosen. */
export interface ToAnswer {
  readonly exchange: Exchange;
  readonly question: ReadQuestion;
  readonly backend: Backend;
  /** The name the backend knows the model by. */
  readonly model: string;
  /** It is another model than was asked for. */
  readonly isFallback: boolean;
  /** False: there is no slot for it, and it does not wait for one. Only a count may come so far. */
  readonly isAdmitted: boolean;
  /** Takes the answer down; undefined: nobody wants it again. */
  readonly recording?: Recording | undefined;
}

/** What an answer needs to know to get from wherever it is made to the client. */
export interface AnswerPlan {
  readonly exchange: Exchange;
  readonly appId: string;
  readonly backend: Backend;
  /** The model as the backend knows it. */
  readonly model: string;
  /** What the client's dialect needs to write an answer. */
  readonly context: WriterContext;
  readonly isStream: boolean;
  readonly waited: Waited;
  readonly cache: CacheOutcome;
  readonly recording: Recording | undefined;
  /** What translating question and answer gives up. */
  readonly warnings: Warnings;
  readonly thoughts: ThoughtMemory;
  /** Pieces of earlier answers, for clients that only name them. */
  readonly answers: AnswerMemory;
  /** Where the app stands under its limits, if it has any that are told. */
  readonly rate: RateStandings | undefined;
  /** So many tokens an answer may have at most, each choice by itself; undefined = nobody limits it. */
  readonly outputTokensMax: number | undefined;
  /** Where the events of the answer go, if it is only a part of one; absent = straight to the client. */
  readonly sink?: EventSink | undefined;
  /** The tools' own names, where the backend knows some by others. */
  readonly toolNames?: ToolNames | undefined;
}

/** An answer's outcome and when it happened, in monotonic milliseconds. */
export interface TimedOutcome extends Outcome {
  readonly sentAtMs: number;
  readonly firstByteAtMs: number | undefined;
  readonly endedAtMs: number;
}
